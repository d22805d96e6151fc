import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { TextField } from '../parts/labelled-field.js';
import { useState, type JSX } from '../preact.js';
import { nameTrouble } from './storage-name.js';

/** Asks for the name of a storage. */
export function NameDialog({
    title,
    explanation,
    before,
    verb,
    isOptional,
    onName,
    onClose,
}: {
    title: string;
    explanation: string;
    before: string;
    verb: string;
    /** Whether it may have none. */
    isOptional: boolean;
    onName: (name: string) => Promise<void>;
    onClose: () => void;
}): JSX.Element {
    const [name, setName] = useState(before);
    const trouble = name === '' ? undefined : nameTrouble(name);
    const isReady = trouble === undefined && (isOptional || name !== '');
    return (
        <Dialog
            title={title}
            onClose={onClose}
            actions={
                <>
                    <Button onPress={onClose}>Cancel</Button>
                    <Button kind="primary" isDisabled={!isReady} onPress={() => onName(name)}>
                        {verb}
                    </Button>
                </>
            }
        >
            <p>{explanation}</p>
            <TextField
                label={isOptional ? 'Name, if it is to have one' : 'Name'}
                value={name}
                trouble={trouble}
                onChange={setName}
            />
        </Dialog>
    );
}

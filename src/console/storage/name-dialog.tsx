import { FormDialog } from '../parts/form-dialog.js';
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
        <FormDialog title={title} verb={verb} isReady={isReady} onSubmit={() => onName(name)} onClose={onClose}>
            <p>{explanation}</p>
            <TextField
                label={isOptional ? 'Name, if it is to have one' : 'Name'}
                value={name}
                trouble={trouble}
                onChange={setName}
            />
        </FormDialog>
    );
}

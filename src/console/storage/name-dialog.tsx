import { useState } from 'preact/hooks';
import { FormDialog } from '../ui/button.js';
import { TextField } from '../ui/fields.js';
import { nameTrouble } from './storage.js';

interface NameDialogProps {
    readonly title: string;
    readonly explanation: string;
    readonly before: string;
    readonly verb: string;
    /** True if the storage may have no name. */
    readonly isOptional: boolean;
    readonly onName: (name: string) => Promise<void>;
    readonly onClose: () => void;
}

/** Asks for the name of a storage. */
export function NameDialog({ explanation, before, isOptional, onName, ...dialog }: NameDialogProps) {
    const [name, setName] = useState(before);
    const trouble = name === '' ? undefined : nameTrouble(name);
    const isReady = trouble === undefined && (isOptional || name !== '');
    return (
        <FormDialog {...dialog} isReady={isReady} onSubmit={() => onName(name)}>
            <p>{explanation}</p>
            <TextField
                label={isOptional ? 'Name (optional)' : 'Name'}
                value={name}
                trouble={trouble}
                onChange={setName}
            />
        </FormDialog>
    );
}

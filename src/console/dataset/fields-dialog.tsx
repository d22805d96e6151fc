import { useState, type JSX } from '../preact.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';

/** Chooses which fields of items are shown, and exported. */
export function FieldsDialog({
    known,
    chosen,
    onChoose,
    onClose,
}: {
    known: readonly string[];
    /** Empty for all. */
    chosen: readonly string[];
    onChoose: (fields: readonly string[]) => void;
    onClose: () => void;
}): JSX.Element {
    const all = [...new Set([...chosen, ...known])];
    const [picked, pick] = useState<ReadonlySet<string>>(new Set(chosen.length === 0 ? all : chosen));
    const toggle = (field: string): void => {
        const next = new Set(picked);
        if (!next.delete(field)) next.add(field);
        pick(next);
    };
    const choose = (): void => {
        // All of them are no choice: then fields that come later are shown too.
        onChoose(picked.size === all.length ? [] : all.filter((field) => picked.has(field)));
        onClose();
    };
    return (
        <Dialog
            title="Fields"
            onClose={onClose}
            actions={
                <>
                    <Button onPress={() => pick(new Set(picked.size === all.length ? [] : all))}>
                        {picked.size === all.length ? 'None' : 'All'}
                    </Button>
                    <Button kind="primary" isDisabled={picked.size === 0} onPress={choose}>
                        Show
                    </Button>
                </>
            }
        >
            {all.length === 0 && <p>There is no item yet, and so no field.</p>}
            <ul class="field-choices">
                {all.map((field) => (
                    <li key={field}>
                        <label>
                            <input type="checkbox" checked={picked.has(field)} onChange={() => toggle(field)} /> {field}
                        </label>
                    </li>
                ))}
            </ul>
        </Dialog>
    );
}

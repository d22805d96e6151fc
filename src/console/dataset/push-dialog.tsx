import { apiAnswer } from '../api/api.js';
import { FormDialog } from '../parts/form-dialog.js';
import { CodeField } from '../parts/fields.js';
import { parseJson } from '../parts/parse-json.js';
import { showDone } from '../state/toasts.js';
import { useState, type JSX } from '../preact.js';

/** Pushes items to a dataset: one, or an array of several. */
export function PushDialog({
    datasetId,
    onClose,
    onPushed,
}: {
    datasetId: string;
    onClose: () => void;
    onPushed: () => void;
}): JSX.Element {
    const [text, setText] = useState('');
    const parsed = parseJson(text);
    const push = async (): Promise<void> => {
        const path = `/datasets/${encodeURIComponent(datasetId)}/items`;
        await apiAnswer(path, { method: 'POST', json: parsed.ok ? parsed.value : undefined });
        showDone('The items are stored.');
        onPushed();
    };
    return (
        <FormDialog title="Push items" verb="Push" isWide isReady={parsed.ok} onSubmit={push} onClose={onClose}>
            <CodeField
                label="An object, or an array of several"
                value={text}
                parsed={parsed}
                leastRows={10}
                onChange={setText}
            />
        </FormDialog>
    );
}

import { apiAnswer } from '../api/api.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
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
        <Dialog
            title="Push items"
            isWide
            onClose={onClose}
            actions={
                <>
                    <Button onPress={onClose}>Cancel</Button>
                    <Button kind="primary" isDisabled={!parsed.ok} onPress={push}>
                        Push
                    </Button>
                </>
            }
        >
            <CodeField
                label="An object, or an array of several"
                value={text}
                parsed={parsed}
                leastRows={10}
                onChange={setText}
            />
        </Dialog>
    );
}

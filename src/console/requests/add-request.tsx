import { api } from '../api/api.js';
import { Button } from '../parts/button.js';
import { CodeEditor } from '../parts/code-editor.js';
import { Dialog } from '../parts/dialog.js';
import { parseJson } from '../parts/parse-json.js';
import { showDone, showTrouble } from '../state/toasts.js';
import { useId, useState, type JSX } from '../preact.js';
import { queuePath } from './use-requests.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/** Adds a request to a queue. */
export function AddRequest({
    queueId,
    onClose,
    onAdded,
}: {
    queueId: string;
    onClose: () => void;
    onAdded: () => void;
}): JSX.Element {
    const [url, setUrl] = useState('');
    const [method, setMethod] = useState<string>('GET');
    const [uniqueKey, setUniqueKey] = useState('');
    const [userData, setUserData] = useState('{}');
    const [isFirst, setFirst] = useState(false);
    const id = useId();
    const parsed = parseJson(userData);
    const isUrl = /^https?:\/\//i.test(url) && URL.canParse(url);
    const add = async (): Promise<void> => {
        const data = parsed.ok ? parsed.value : {};
        const request = { url, method, uniqueKey: uniqueKey === '' ? undefined : uniqueKey, userData: data };
        const { wasAlreadyPresent } = await api<{ wasAlreadyPresent: boolean }>(`${queuePath(queueId)}/requests`, {
            method: 'POST',
            json: request,
            query: { forefront: isFirst || undefined },
        });
        if (wasAlreadyPresent) {
            showTrouble(new Error('The queue has that request already. Give it another unique key to have it twice.'));
            return;
        }
        showDone('The request is in the queue.');
        onAdded();
    };
    return (
        <Dialog
            title="Add a request"
            onClose={onClose}
            actions={
                <>
                    <Button onPress={onClose}>Cancel</Button>
                    <Button kind="primary" isDisabled={!isUrl || !parsed.ok} onPress={add}>
                        Add
                    </Button>
                </>
            }
        >
            <div class="field">
                <label for={`${id}-url`}>URL</label>
                <input
                    id={`${id}-url`}
                    type="url"
                    value={url}
                    placeholder="https://example.com"
                    aria-describedby={`${id}-url-trouble`}
                    onInput={({ currentTarget }) => setUrl(currentTarget.value)}
                />
                <p class="field-trouble" id={`${id}-url-trouble`}>
                    {url !== '' && !isUrl && 'A URL begins with https:// or http://.'}
                </p>
            </div>
            <div class="field">
                <label for={`${id}-method`}>Method</label>
                <select id={`${id}-method`} value={method} onChange={({ currentTarget }) => setMethod(currentTarget.value)}>
                    {METHODS.map((known) => (
                        <option key={known}>{known}</option>
                    ))}
                </select>
            </div>
            <div class="field">
                <label for={`${id}-key`}>Unique key</label>
                <input
                    id={`${id}-key`}
                    value={uniqueKey}
                    placeholder="made from the URL"
                    onInput={({ currentTarget }) => setUniqueKey(currentTarget.value)}
                />
            </div>
            <div class="field">
                <span id={`${id}-data`}>User data</span>
                <CodeEditor
                    label="User data"
                    value={userData}
                    onChange={setUserData}
                    errorLine={parsed.ok ? undefined : parsed.line}
                    leastRows={4}
                />
                <p class="field-trouble" role="alert">
                    {!parsed.ok && `Line ${parsed.line}, column ${parsed.column}: ${parsed.message}`}
                </p>
            </div>
            <label>
                <input type="checkbox" checked={isFirst} onChange={({ currentTarget }) => setFirst(currentTarget.checked)} />{' '}
                Before all others
            </label>
        </Dialog>
    );
}

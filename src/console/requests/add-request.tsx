import { api } from '../api/api.js';
import { FormDialog } from '../parts/form-dialog.js';
import { ChoiceField, CodeField } from '../parts/fields.js';
import { CheckField, TextField } from '../parts/labelled-field.js';
import { parseJson } from '../parts/parse-json.js';
import { showDone, showTrouble } from '../state/toasts.js';
import { useState, type JSX } from '../preact.js';
import { queuePath } from './use-requests.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

const NEW = { url: '', method: 'GET', uniqueKey: '', userData: '{}', isFirst: false };

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
    const [request, setRequest] = useState(NEW);
    const change = (changed: Partial<typeof NEW>): void => setRequest((before) => ({ ...before, ...changed }));
    const { url, method, uniqueKey, userData, isFirst } = request;
    const parsed = parseJson(userData);
    const isUrl = /^https?:\/\//i.test(url) && URL.canParse(url);
    const add = async (): Promise<void> => {
        const wasThere = await addRequest(queueId, request);
        if (wasThere) {
            const message = 'The queue has that request already. Give it another unique key to have it twice.';
            showTrouble(new Error(message));
            return;
        }
        showDone('The request is in the queue.');
        onAdded();
    };
    return (
        <FormDialog title="Add a request" verb="Add" isReady={isUrl && parsed.ok} onSubmit={add} onClose={onClose}>
            <TextField
                label="URL"
                value={url}
                placeholder="https://example.com"
                trouble={url === '' || isUrl ? undefined : 'A URL begins with https:// or http://.'}
                onChange={(text) => change({ url: text })}
            />
            <ChoiceField
                label="Method"
                value={method}
                choices={METHODS.map((known) => [known, known])}
                onChange={(text) => change({ method: text })}
            />
            <TextField
                label="Unique key"
                value={uniqueKey}
                placeholder="made from the URL"
                onChange={(text) => change({ uniqueKey: text })}
            />
            <CodeField
                label="User data"
                value={userData}
                parsed={parsed}
                leastRows={4}
                onChange={(text) => change({ userData: text })}
            />
            <CheckField label="Before all others" isOn={isFirst} onChange={(isOn) => change({ isFirst: isOn })} />
        </FormDialog>
    );
}

/** @returns Whether the queue had it already. */
async function addRequest(
    queueId: string,
    { url, method, uniqueKey, userData, isFirst }: typeof NEW,
): Promise<boolean> {
    const { wasAlreadyPresent } = await api<{ wasAlreadyPresent: boolean }>(`${queuePath(queueId)}/requests`, {
        method: 'POST',
        json: {
            url,
            method,
            userData: JSON.parse(userData) as unknown,
            ...(uniqueKey !== '' && { uniqueKey }),
        },
        query: { forefront: isFirst || undefined },
    });
    return wasAlreadyPresent;
}

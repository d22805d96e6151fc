import { useState } from 'preact/hooks';
import { api, apiAnswer } from '../../api/api.js';
import { showDone, showTrouble } from '../../state/toasts.js';
import { RequestBadge } from './requests-view.js';
import { queuePath, type RequestRow } from './use-requests.js';
import { Button, CopyButton } from '../../ui/button.js';
import { ConfirmButton, Dialog, FormDialog } from '../../ui/dialog.js';
import { ChoiceField, CodeField, CheckField, TextField } from '../../ui/fields.js';
import { JsonView } from '../../ui/json-view.js';
import { Facts } from '../../ui/page.js';
import { parseJson } from '../../ui/parse-json.js';
import { Ago } from '../../ui/time.js';

/** All that is known of a request, and what can be done with it. */
export function RequestDialog({
    queueId,
    row: { request, state },
    onClose,
    onChanged,
}: {
    queueId: string;
    row: RequestRow;
    onClose: () => void;
    onChanged: () => void;
}) {
    const path = `${queuePath(queueId)}/requests/${encodeURIComponent(request.id)}`;
    const { errorMessages = [] } = request;
    const remove = async (): Promise<void> => {
        await apiAnswer(path, { method: 'DELETE' });
        showDone('The request is deleted.');
        onChanged();
    };
    const tryAgain = async (): Promise<void> => {
        // All of it goes back: an update is the whole request.
        const { handledAt: _, ...whole } = await api<Record<string, unknown>>(path);
        await api(path, { method: 'PUT', json: { ...whole, retryCount: 0, errorMessages: [] } });
        showDone('The request waits in the queue again.');
        onChanged();
    };
    return (
        <Dialog
            title="Request"
            isWide
            onClose={onClose}
            actions={
                <>
                    {request.handledAt && (
                        <Button icon="refresh" onPress={tryAgain}>
                            Put it back into the queue
                        </Button>
                    )}
                    <ConfirmButton
                        icon="trash"
                        question="Delete the request?"
                        explanation="The queue forgets it, and may be given it again."
                        verb="Delete"
                        onConfirm={remove}
                    >
                        Delete
                    </ConfirmButton>
                </>
            }
        >
            <Facts
                facts={{
                    State: <RequestBadge state={state} />,
                    URL: <span class="wrap-anywhere">{request.url}</span>,
                    'Loaded from': request.loadedUrl && <span class="wrap-anywhere">{request.loadedUrl}</span>,
                    Method: request.method ?? 'GET',
                    'Unique key': <code class="wrap-anywhere">{request.uniqueKey}</code>,
                    Handled: request.handledAt ? <Ago iso={request.handledAt} /> : undefined,
                    Retries: String(request.retryCount ?? 0),
                }}
            />
            {errorMessages.length > 0 && (
                <>
                    <h3>{errorMessages.length === 1 ? 'Error' : `${errorMessages.length} errors`}</h3>
                    <ol class="request-errors">
                        {errorMessages.map((message, index) => (
                            <li key={index}>
                                <pre>{message}</pre>
                            </li>
                        ))}
                    </ol>
                </>
            )}
            <h3>
                Whole <CopyButton text={() => JSON.stringify(request, null, 2)} label="Copy the request" />
            </h3>
            <div class="json">
                <JsonView value={request} />
            </div>
        </Dialog>
    );
}

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
}) {
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

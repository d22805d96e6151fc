import { api, apiAnswer } from '../api/api.js';
import { Button } from '../parts/button.js';
import { ConfirmButton } from '../parts/confirm.js';
import { CopyButton } from '../parts/copy.js';
import { Dialog } from '../parts/dialog.js';
import { Facts } from '../parts/facts.js';
import { JsonView } from '../parts/json-view.js';
import { Ago } from '../parts/time.js';
import { showDone } from '../state/toasts.js';
import { RequestBadge } from './request-badge.js';
import { queuePath, type RequestRow } from './use-requests.js';
import type { JSX } from '../preact.js';

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
}): JSX.Element {
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

import { api } from '../../api/api.js';
import { showDone } from '../../state/toasts.js';
import { Button, CopyButton, DeleteButton, Dialog } from '../../ui/button.js';
import { JsonTree } from '../../ui/code.js';
import { DraftDialog, type DraftField } from '../../ui/forms.js';
import { Ago, Facts, StatusBadge } from '../../ui/page.js';
import { type RequestRow, requestsPath } from './use-requests.js';

interface RequestDialogProps {
    readonly queueId: string;
    readonly row: RequestRow;
    readonly onClose: () => void;
    readonly onChanged: () => void;
}

/** A request with all its properties, and what can be done with it. */
export function RequestDialog({ queueId, row: { request, state }, onClose, onChanged }: RequestDialogProps) {
    const path = `${requestsPath(queueId)}/${encodeURIComponent(request.id)}`;
    const { errorMessages = [] } = request;
    const requeue = async (): Promise<void> => {
        // An update is the whole request.
        const { handledAt: _, ...whole } = await api<Record<string, unknown>>(path);
        await api(path, { method: 'PUT', json: { ...whole, retryCount: 0, errorMessages: [] } });
        showDone('Request requeued.');
        onChanged();
    };
    const actions = (
        <>
            {request.handledAt && (
                <Button icon="refresh" onPress={requeue}>
                    Requeue
                </Button>
            )}
            <DeleteButton
                path={path}
                what="the request"
                explanation="The queue forgets the request, so that it can be added again."
                onDeleted={onChanged}
            />
        </>
    );
    return (
        <Dialog title="Request" isWide onClose={onClose} actions={actions}>
            <Facts
                facts={{
                    State: <StatusBadge status={state.toUpperCase()} />,
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
                All properties <CopyButton text={() => JSON.stringify(request, null, 2)} label="Copy the request" />
            </h3>
            <JsonTree value={request} />
        </Dialog>
    );
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((name) => [name, name] as const);
const NEW = { url: '', method: 'GET', uniqueKey: '', userData: '{}', isFirst: false };
const FIELDS: readonly DraftField<typeof NEW>[] = [
    {
        name: 'url',
        label: 'URL',
        placeholder: 'https://example.com',
        check(url) {
            const isUrl = /^https?:\/\//i.test(url) && URL.canParse(url);
            return isUrl ? undefined : 'A URL begins with https:// or http://.';
        },
    },
    { name: 'method', label: 'Method', options: METHODS },
    { name: 'uniqueKey', label: 'Unique key', placeholder: 'made from the URL' },
    { name: 'userData', kind: 'json', label: 'User data', rows: 4 },
    { name: 'isFirst', kind: 'check', label: 'Add to the front' },
];

export function AddRequest(props: { queueId: string; onAdded: () => void; onClose: () => void }) {
    const add = async ({ url, method, uniqueKey, userData, isFirst }: typeof NEW): Promise<void> => {
        const { wasAlreadyPresent } = await api<{ wasAlreadyPresent: boolean }>(requestsPath(props.queueId), {
            method: 'POST',
            json: { url, method, userData: JSON.parse(userData) as unknown, uniqueKey: uniqueKey || undefined },
            query: { forefront: isFirst || undefined },
        });
        if (wasAlreadyPresent) throw new Error('The queue already has this request. Set another unique key to add it.');
        showDone('Request added.');
        props.onAdded();
    };
    return (
        <DraftDialog
            title="Add a request"
            verb="Add"
            begin={NEW}
            fields={FIELDS}
            onSubmit={add}
            onClose={props.onClose}
        />
    );
}

import { useState } from 'preact/hooks';
import { api } from '../../api/api.js';
import { showDone } from '../../state/toasts.js';
import { Button, CopyButton, DeleteButton, Dialog, FormDialog } from '../../ui/button.js';
import { JsonTree } from '../../ui/code.js';
import { CheckField, CodeField, SelectField, TextField } from '../../ui/fields.js';
import { Ago, Facts, StatusBadge } from '../../ui/page.js';
import { parseJson } from '../../ui/parse-json.js';
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

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
const NEW = { url: '', method: 'GET', uniqueKey: '', userData: '{}', isFirst: false };

export function AddRequest(props: { queueId: string; onAdded: () => void; onClose: () => void }) {
    const [request, setRequest] = useState(NEW);
    const change = (changed: Partial<typeof NEW>): void => setRequest((before) => ({ ...before, ...changed }));
    const { url, method, uniqueKey, userData, isFirst } = request;
    const parsed = parseJson(userData);
    const isUrl = /^https?:\/\//i.test(url) && URL.canParse(url);
    const add = async (): Promise<void> => {
        const { wasAlreadyPresent } = await api<{ wasAlreadyPresent: boolean }>(requestsPath(props.queueId), {
            method: 'POST',
            json: { url, method, userData: JSON.parse(userData) as unknown, ...(uniqueKey !== '' && { uniqueKey }) },
            query: { forefront: isFirst || undefined },
        });
        if (wasAlreadyPresent) throw new Error('The queue already has this request. Set another unique key to add it.');
        showDone('Request added.');
        props.onAdded();
    };
    return (
        <FormDialog
            title="Add a request"
            verb="Add"
            isReady={isUrl && parsed.ok}
            onSubmit={add}
            onClose={props.onClose}
        >
            <TextField
                label="URL"
                value={url}
                placeholder="https://example.com"
                trouble={url === '' || isUrl ? undefined : 'A URL begins with https:// or http://.'}
                onChange={(text) => change({ url: text })}
            />
            <SelectField
                label="Method"
                value={method}
                options={METHODS.map((known) => [known, known])}
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
            <CheckField label="Add to the front" isOn={isFirst} onChange={(isOn) => change({ isFirst: isOn })} />
        </FormDialog>
    );
}

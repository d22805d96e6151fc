import { useState } from 'preact/hooks';
import { WEBHOOK_EVENT_TYPES } from '../../model/api/webhook.js';
import { api } from '../api/api.js';
import { type DraftField, DraftFields, type DraftProps } from '../form/draft-fields.js';
import { type PageParams, useQuery } from '../router.js';
import { showSuccess } from '../signals/toasts.js';
import { Button } from '../components/button.js';
import { Select, TextInput } from '../components/fields.js';
import { humanize } from '../components/format.js';
import { Ago, StatusBadge } from '../components/page.js';
import {
    draftFrom,
    IdSelect,
    ListPage,
    NewRecordPage,
    RecordPage,
    type RecordType,
    SaveButton,
} from '../components/record-pages.js';
import { Dispatches, humanizeEvent } from './dispatches.js';
import type { Webhook } from '../api/json.js';
import type { Column } from '../components/table.js';

const COLUMNS: readonly Column<Webhook>[] = [
    {
        name: 'Webhook',
        isWide: true,
        cell: ({ id, requestUrl, description }) => (
            <a href={`/webhooks/${id}`} title={requestUrl}>
                {description || requestUrl}
            </a>
        ),
    },
    {
        name: 'Events',
        drop: 1,
        cell: ({ eventTypes }) =>
            eventTypes.length > 2 ? `${eventTypes.length} types` : eventTypes.map(humanizeEvent).join(', '),
    },
    {
        name: 'State',
        drop: 2,
        cell: ({ isEnabled, isAdHoc }) => (
            <span class="tag">{isEnabled ? (isAdHoc ? 'Ad hoc' : 'Enabled') : 'Disabled'}</span>
        ),
    },
    {
        name: 'Last dispatch',
        cell: ({ lastDispatch }) =>
            lastDispatch ? <StatusBadge status={lastDispatch.status} /> : <span class="faint">–</span>,
    },
    { name: 'Sent', drop: 1, cell: ({ lastDispatch }) => <Ago iso={lastDispatch?.finishedAt} /> },
];

export function WebhooksPage() {
    return <ListPage<Webhook> type={WEBHOOKS} columns={() => COLUMNS} reloadOn={({ name }) => name === 'dispatch'} />;
}

export function WebhookPage({ id }: PageParams) {
    const test = async (): Promise<void> => {
        await api(`/webhooks/${id}/test`, { method: 'POST' });
        showSuccess('Test sent. See the dispatches.');
    };
    const actions = () => (
        <Button title="Sends the saved webhook with the data of the last run" onPress={test}>
            Send test
        </Button>
    );
    return (
        <RecordPage<Webhook>
            type={WEBHOOKS}
            id={id}
            nameOf={({ description, requestUrl }) => description || requestUrl}
            actions={actions}
        >
            {(webhook, { replace }) => (
                <>
                    <WebhookForm webhook={webhook} onSaved={replace} />
                    <Dispatches webhookId={id} />
                </>
            )}
        </RecordPage>
    );
}

/** Creates a webhook. With `?actor=ID`, `?task=ID` or `?run=ID`, that source is selected. */
export function NewWebhookPage() {
    const [query] = useQuery();
    const kind = CONDITION_KINDS.find((known) => query.has(known)) ?? 'actor';
    return (
        <NewRecordPage type={WEBHOOKS}>
            <WebhookForm initialCondition={{ kind, id: query.get(kind) ?? '' }} />
        </NewRecordPage>
    );
}

const WEBHOOKS: RecordType = {
    title: 'Webhooks',
    one: 'webhook',
    path: '/webhooks',
    page: '/webhooks',
    about: 'A webhook sends a request when a run or a build starts or ends.',
    deletion: 'Also deletes its dispatches. Pending deliveries are cancelled.',
};

const CONDITION_KINDS = ['actor', 'task', 'run'] as const;

interface Condition {
    readonly kind: (typeof CONDITION_KINDS)[number];
    readonly id: string;
}

const MISSING_SOURCE = { actor: 'Select an Actor.', task: 'Select a task.', run: 'Enter the id of the run.' } as const;
const CONDITION_NAMES = { actor: 'actorId', task: 'actorTaskId', run: 'actorRunId' } as const;

function conditionOf({ condition }: Webhook): Condition {
    const kind = CONDITION_KINDS.find((known) => condition[CONDITION_NAMES[known]] !== undefined) ?? 'actor';
    return { kind, id: condition[CONDITION_NAMES[kind]] ?? '' };
}

const NEW = {
    eventTypes: ['ACTOR.RUN.SUCCEEDED', 'ACTOR.RUN.FAILED', 'ACTOR.RUN.TIMED_OUT', 'ACTOR.RUN.ABORTED'],
    requestUrl: '',
    payloadTemplate: '',
    headersTemplate: '',
    shouldInterpolateStrings: false,
    ignoreSslErrors: false,
    doNotRetry: false,
    description: '',
    isEnabled: true,
};

/** All event types except that of tests. */
const TYPES = WEBHOOK_EVENT_TYPES.filter((type) => type.startsWith('ACTOR.'));
const EVENT_TYPES: DraftField<typeof NEW> = {
    name: 'eventTypes',
    type: 'array',
    editor: 'select',
    title: 'Types',
    items: {
        type: 'string',
        enum: TYPES,
        enumTitles: TYPES.map(humanizeEvent),
    },
};
const REQUEST_FIELDS: readonly DraftField<typeof NEW>[] = [
    { name: 'requestUrl', title: 'URL', isRequired: true, placeholder: 'http://127.0.0.1:3000/hook' },
    {
        name: 'payloadTemplate',
        editor: 'javascript',
        title: 'Payload',
        description:
            'JSON with variables: `{{userId}} {{createdAt}} {{eventType}} {{eventData}} {{resource}} {{globals}}`. Default: all except `{{globals}}`.',
        placeholder: '{\n    "eventType": {{eventType}},\n    "runId": {{resource.id}}\n}',
    },
    {
        name: 'headersTemplate',
        editor: 'javascript',
        title: 'Headers',
        description: 'JSON with variables; added to the standard headers.',
        placeholder: '{ "Authorization": "Bearer …" }',
        rows: 2,
    },
    {
        name: 'shouldInterpolateStrings',
        type: 'boolean',
        title: 'Interpolate variables in strings',
        description: 'Also replaces variables inside strings, such as "Run {{resource.id}} ended".',
    },
];
const SETTINGS: readonly DraftField<typeof NEW>[] = [
    { name: 'description', title: 'Description' },
    { name: 'isEnabled', type: 'boolean', title: 'Enabled' },
    { name: 'doNotRetry', type: 'boolean', title: 'Do not retry', description: 'Otherwise retried with backoff.' },
    { name: 'ignoreSslErrors', type: 'boolean', title: 'Ignore TLS errors' },
];

interface WebhookFormProps {
    /** Undefined for a new webhook. */
    readonly webhook?: Webhook;
    /** The source of a new webhook. */
    readonly initialCondition?: Condition;
    readonly onSaved?: (webhook: Webhook) => void;
}

function WebhookForm({ webhook, initialCondition = { kind: 'actor', id: '' }, onSaved }: WebhookFormProps) {
    const [draft, setDraft] = useState(() => draftFrom(NEW, webhook ?? {}));
    const [condition, setCondition] = useState(() => (webhook ? conditionOf(webhook) : initialCondition));
    const change = (changed: Partial<typeof NEW>): void => setDraft({ ...draft, ...changed });
    const fieldsOf = (): object => {
        const { kind, id } = condition;
        if (id === '') throw new Error(MISSING_SOURCE[kind]);
        return {
            ...draft,
            condition: { [CONDITION_NAMES[kind]]: id },
            // Null applies the default.
            payloadTemplate: draft.payloadTemplate.trim() || null,
            headersTemplate: draft.headersTemplate.trim() || null,
        };
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="Events">
                <h2>Events</h2>
                <ConditionFields draft={condition} onChange={(changed) => setCondition({ ...condition, ...changed })} />
                <DraftFields draft={draft} onChange={change} fields={[EVENT_TYPES]} />
                <h2>Request</h2>
                <DraftFields draft={draft} onChange={change} fields={REQUEST_FIELDS} />
            </section>
            <aside class="card form sticky" aria-label="Settings">
                <DraftFields draft={draft} onChange={change} fields={SETTINGS} />
                <SaveButton<Webhook> type={WEBHOOKS} id={webhook?.id} fields={fieldsOf} onSaved={onSaved} />
            </aside>
        </div>
    );
}

function ConditionFields({ draft: { kind, id }, onChange }: DraftProps<Condition>) {
    const choose = (next: string): void => onChange({ id: next.trim() });
    return (
        <div class="row">
            <Select
                label="Source"
                value={kind}
                options={CONDITION_KINDS.map((known) => [known, humanize(known)])}
                onChange={(chosen) => onChange({ kind: chosen as Condition['kind'], id: '' })}
            />
            {kind === 'run' ? (
                <TextInput label="Id of the run" placeholder="Id of the run" value={id} onChange={choose} />
            ) : (
                <IdSelect key={kind} kind={kind} value={id} onChange={choose} />
            )}
        </div>
    );
}

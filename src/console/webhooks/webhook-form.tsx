import { useState } from 'preact/hooks';
import { WEBHOOK_EVENT_TYPES } from '../../model/webhook.js';
import { CheckList, Select, TextInput } from '../ui/fields.js';
import { wordsOf } from '../ui/format.js';
import { DraftFields, type DraftField, type DraftProps } from '../ui/forms.js';
import { draftFrom, IdSelect, type RecordType, SaveButton } from '../ui/record-pages.js';
import type { Webhook } from '../api/json.js';

export const WEBHOOKS: RecordType = {
    title: 'Webhooks',
    one: 'webhook',
    path: '/webhooks',
    page: '/webhooks',
    about: 'A webhook sends a request when a run or a build starts or ends.',
    deletion: 'Also deletes its dispatches. Pending deliveries are cancelled.',
};

/** What a webhook can be about. */
export const CONDITION_KINDS = ['actor', 'task', 'run'] as const;

/** The Actor, task or run that a webhook is about. */
interface Condition {
    readonly kind: (typeof CONDITION_KINDS)[number];
    readonly id: string;
}

const CONDITION_NAMES = { actor: 'actorId', task: 'actorTaskId', run: 'actorRunId' } as const;

function conditionOf({ condition }: Webhook): Condition {
    const kind = CONDITION_KINDS.find((known) => condition[CONDITION_NAMES[known]] !== undefined) ?? 'actor';
    return { kind, id: condition[CONDITION_NAMES[kind]] ?? '' };
}

/** What a new webhook begins with. */
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

const REQUEST_FIELDS: readonly DraftField<typeof NEW>[] = [
    { name: 'requestUrl', label: 'URL', isRequired: true, placeholder: 'http://127.0.0.1:3000/hook' },
    {
        name: 'payloadTemplate',
        kind: 'code',
        label: 'Payload',
        about: (
            <>
                JSON with variables:{' '}
                <code>{'{{userId}} {{createdAt}} {{eventType}} {{eventData}} {{resource}} {{globals}}'}</code>. Default:
                all of them.
            </>
        ),
        placeholder: '{\n    "eventType": {{eventType}},\n    "runId": {{resource.id}}\n}',
    },
    {
        name: 'headersTemplate',
        kind: 'code',
        label: 'Headers',
        about: 'JSON with variables; added to the standard headers.',
        placeholder: '{ "Authorization": "Bearer …" }',
        rows: 2,
    },
    {
        name: 'shouldInterpolateStrings',
        kind: 'check',
        label: 'Interpolate variables in strings',
        about: 'Also fills in "Run {{resource.id}} has ended".',
    },
];
const SETTINGS: readonly DraftField<typeof NEW>[] = [
    { name: 'description', label: 'Description' },
    { name: 'isEnabled', kind: 'check', label: 'Enabled' },
    { name: 'doNotRetry', kind: 'check', label: 'Do not retry', about: 'Otherwise retried with backoff.' },
    { name: 'ignoreSslErrors', kind: 'check', label: 'Ignore TLS errors' },
];

interface WebhookFormProps {
    /** Undefined for a new one. */
    readonly webhook?: Webhook;
    /** What a new one is about. */
    readonly about?: Condition;
    readonly onSaved?: (webhook: Webhook) => void;
}

export function WebhookForm({ webhook, about = { kind: 'actor', id: '' }, onSaved }: WebhookFormProps) {
    const [draft, setDraft] = useState(() => draftFrom(NEW, webhook ?? {}));
    const [condition, setCondition] = useState(() => (webhook ? conditionOf(webhook) : about));
    const change = (changed: Partial<typeof NEW>): void => setDraft({ ...draft, ...changed });
    const fieldsOf = (): object => {
        const { kind, id } = condition;
        if (id === '') throw new Error(kind === 'actor' ? 'Select an Actor.' : `Select a ${kind}.`);
        return {
            ...draft,
            condition: { [CONDITION_NAMES[kind]]: id },
            // The default counts.
            payloadTemplate: draft.payloadTemplate.trim() || null,
            headersTemplate: draft.headersTemplate.trim() || null,
        };
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="Events">
                <h2>Events</h2>
                <ConditionFields draft={condition} onChange={(changed) => setCondition({ ...condition, ...changed })} />
                <EventTypes draft={draft} onChange={change} />
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

/** What a webhook is about: the runs and builds of an Actor, the runs of a task, or one run. */
function ConditionFields({ draft: { kind, id }, onChange }: DraftProps<Condition>) {
    const choose = (next: string): void => onChange({ id: next.trim() });
    return (
        <div class="row">
            <Select
                label="Source"
                value={kind}
                options={CONDITION_KINDS.map((known) => [known, wordsOf(known)])}
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

const GROUPS = [
    { label: 'Runs', start: 'ACTOR.RUN.' },
    { label: 'Builds', start: 'ACTOR.BUILD.' },
];

function EventTypes({ draft: { eventTypes }, onChange }: DraftProps<Pick<typeof NEW, 'eventTypes'>>) {
    return GROUPS.map(({ label, start }) => {
        const types = WEBHOOK_EVENT_TYPES.filter((type) => type.startsWith(start));
        const others = eventTypes.filter((type) => !type.startsWith(start));
        return (
            <div key={label} class="field">
                <span class="label">{label}</span>
                <CheckList
                    label={`Events of ${label.toLowerCase()}`}
                    options={types.map((type) => [type, wordsOf(type.slice(start.length))])}
                    chosen={eventTypes}
                    onChange={(chosen) => onChange({ eventTypes: [...others, ...chosen] })}
                />
            </div>
        );
    });
}

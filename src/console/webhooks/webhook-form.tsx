import { useState } from 'preact/hooks';
import { WEBHOOK_EVENT_TYPES } from '../../model/webhook.js';
import { api } from '../api/api.js';
import { showDone } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { Check, DraftFields, Select, type DraftField } from '../ui/fields.js';
import { wordsOf } from '../ui/format.js';
import { IdSelect } from '../ui/list-page.js';
import type { Webhook } from '../api/json.js';

/** What a webhook is about. */
export type ConditionKind = 'actor' | 'task' | 'run';

/** A webhook that is being edited. */
interface WebhookDraft {
    readonly kind: ConditionKind;
    /** Id of the Actor, task or run. */
    readonly aboutId: string;
    readonly eventTypes: readonly string[];
    readonly requestUrl: string;
    readonly payloadTemplate: string;
    readonly headersTemplate: string;
    readonly shouldInterpolateStrings: boolean;
    readonly ignoreSslErrors: boolean;
    readonly doNotRetry: boolean;
    readonly description: string;
    readonly isEnabled: boolean;
}

/** Returns what a new webhook begins with. */
export function newWebhook(kind: ConditionKind, aboutId: string): WebhookDraft {
    return {
        kind,
        aboutId,
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
}

export function draftOfWebhook(webhook: Webhook): WebhookDraft {
    const { actorId, actorTaskId, actorRunId } = webhook.condition;
    const kind: ConditionKind = actorRunId !== undefined ? 'run' : actorTaskId !== undefined ? 'task' : 'actor';
    const { eventTypes, requestUrl, payloadTemplate, shouldInterpolateStrings, isEnabled } = webhook;
    return {
        ...{ kind, eventTypes, requestUrl, payloadTemplate, shouldInterpolateStrings, isEnabled },
        aboutId: actorRunId ?? actorTaskId ?? actorId ?? '',
        headersTemplate: webhook.headersTemplate ?? '',
        ignoreSslErrors: webhook.ignoreSslErrors,
        doNotRetry: webhook.doNotRetry,
        description: webhook.description ?? '',
    };
}

const CONDITION_NAMES = { actor: 'actorId', task: 'actorTaskId', run: 'actorRunId' } as const;

/** Returns the webhook as the API takes it. An empty template is the default. */
function fieldsOf({ kind, aboutId, payloadTemplate, headersTemplate, ...same }: WebhookDraft): object {
    if (aboutId === '') throw new Error(kind === 'actor' ? 'Select an Actor.' : `Select a ${kind}.`);
    return {
        ...same,
        condition: { [CONDITION_NAMES[kind]]: aboutId },
        payloadTemplate: payloadTemplate.trim() === '' ? null : payloadTemplate,
        headersTemplate: headersTemplate.trim() === '' ? null : headersTemplate,
    };
}

const REQUEST_FIELDS: readonly DraftField<WebhookDraft>[] = [
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
        leastRows: 2,
    },
    {
        name: 'shouldInterpolateStrings',
        kind: 'check',
        label: 'Interpolate variables in strings',
        about: 'Also fills in "Run {{resource.id}} has ended".',
    },
];
const SETTINGS: readonly DraftField<WebhookDraft>[] = [
    { name: 'description', label: 'Description' },
    { name: 'isEnabled', kind: 'check', label: 'Enabled' },
    { name: 'doNotRetry', kind: 'check', label: 'Do not retry', about: 'Otherwise retried with backoff.' },
    { name: 'ignoreSslErrors', kind: 'check', label: 'Ignore TLS errors' },
];

interface FormPartProps {
    readonly draft: WebhookDraft;
    readonly onChange: (changed: Partial<WebhookDraft>) => void;
}

interface WebhookFormProps {
    readonly begin: WebhookDraft;
    /** Undefined for a new one. */
    readonly webhookId: string | undefined;
    readonly onSaved: (webhook: Webhook) => void;
}

export function WebhookForm({ begin, webhookId, onSaved }: WebhookFormProps) {
    const [draft, setDraft] = useState(begin);
    const change = (changed: Partial<WebhookDraft>): void => setDraft({ ...draft, ...changed });
    const save = async (): Promise<void> => {
        const json = fieldsOf(draft);
        const saved =
            webhookId === undefined
                ? await api<Webhook>('/webhooks', { method: 'POST', json })
                : await api<Webhook>(`/webhooks/${webhookId}`, { method: 'PUT', json });
        showDone('Webhook saved.');
        onSaved(saved);
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="Events">
                <h2>Events</h2>
                <ConditionFields draft={draft} onChange={change} />
                <EventTypes draft={draft} onChange={change} />
                <h2>Request</h2>
                <DraftFields draft={draft} onChange={change} fields={REQUEST_FIELDS} />
            </section>
            <aside class="card form sticky" aria-label="Settings">
                <DraftFields draft={draft} onChange={change} fields={SETTINGS} />
                <Button kind="primary" onPress={save}>
                    {webhookId === undefined ? 'Create webhook' : 'Save'}
                </Button>
            </aside>
        </div>
    );
}

/** What a webhook is about: the runs and builds of an Actor, the runs of a task, or one run. */
function ConditionFields({ draft: { kind, aboutId }, onChange }: FormPartProps) {
    const choose = (id: string): void => onChange({ aboutId: id });
    return (
        <div class="row">
            <Select
                label="Source"
                value={kind}
                options={[
                    ['actor', 'Actor'],
                    ['task', 'Task'],
                    ['run', 'Run'],
                ]}
                onChange={(chosen) => onChange({ kind: chosen as ConditionKind, aboutId: '' })}
            />
            {kind === 'actor' && <IdSelect label="Actor" path="/acts" value={aboutId} onChange={choose} />}
            {kind === 'task' && <IdSelect label="Task" path="/actor-tasks" value={aboutId} onChange={choose} />}
            {kind === 'run' && (
                <input
                    type="text"
                    aria-label="Id of the run"
                    placeholder="Id of the run"
                    value={aboutId}
                    onInput={({ currentTarget }) => choose(currentTarget.value.trim())}
                />
            )}
        </div>
    );
}

const GROUPS = [
    { label: 'Runs', start: 'ACTOR.RUN.' },
    { label: 'Builds', start: 'ACTOR.BUILD.' },
];

function EventTypes({ draft: { eventTypes }, onChange }: FormPartProps) {
    const known: readonly string[] = WEBHOOK_EVENT_TYPES;
    const toggle = (type: string): void =>
        onChange({ eventTypes: known.filter((other) => eventTypes.includes(other) !== (other === type)) });
    return (
        <>
            {GROUPS.map(({ label, start }) => (
                <div key={label} class="field">
                    <span class="label">{label}</span>
                    <div class="choices" role="group" aria-label={`Events of ${label.toLowerCase()}`}>
                        {known
                            .filter((type) => type.startsWith(start))
                            .map((type) => (
                                <Check
                                    key={type}
                                    label={wordsOf(type.slice(start.length))}
                                    isOn={eventTypes.includes(type)}
                                    onChange={() => toggle(type)}
                                />
                            ))}
                    </div>
                </div>
            ))}
        </>
    );
}

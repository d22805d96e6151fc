import { useState } from 'preact/hooks';
import { ActorSelect } from '../actors/actors-page.js';
import { api } from '../api/api.js';
import type { Webhook } from '../api/json.js';
import { showDone } from '../state/toasts.js';
import { TaskSelect } from '../tasks/tasks-page.js';
import { Button } from '../ui/button.js';
import { CodeEditor } from '../ui/code-editor.js';
import { CheckField, LabelledField, TextField } from '../ui/fields.js';
import { WEBHOOK_EVENT_TYPES } from '../../model/webhook.js';

/** The form of a webhook. */
export function WebhookForm({
    begin,
    webhookId,
    onSaved,
}: {
    begin: WebhookDraft;
    /** Undefined for one that is to be made. */
    webhookId: string | undefined;
    onSaved: (webhook: Webhook) => void;
}) {
    const [draft, setDraft] = useState(begin);
    const change = (changed: Partial<WebhookDraft>): void => setDraft({ ...draft, ...changed });
    const save = async (): Promise<void> => {
        const json = fieldsOf(draft);
        const saved =
            webhookId === undefined
                ? await api<Webhook>('/webhooks', { method: 'POST', json })
                : await api<Webhook>(`/webhooks/${webhookId}`, { method: 'PUT', json });
        showDone('The webhook is saved.');
        onSaved(saved);
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="What it tells of">
                <h2>When</h2>
                <ConditionFields draft={draft} onChange={change} />
                <EventTypes chosen={draft.eventTypes} onChange={(eventTypes) => change({ eventTypes })} />
                <h2>What is sent</h2>
                <TextField
                    label="URL"
                    isRequired
                    value={draft.requestUrl}
                    placeholder="http://127.0.0.1:3000/hook"
                    onChange={(requestUrl) => change({ requestUrl })}
                />
                <Templates draft={draft} onChange={change} />
            </section>
            <aside class="card form sticky" aria-label="Settings">
                <TextField
                    label="Description"
                    value={draft.description}
                    onChange={(description) => change({ description })}
                />
                <CheckField label="Enabled" isOn={draft.isEnabled} onChange={(isEnabled) => change({ isEnabled })} />
                <CheckField
                    label="Only one attempt"
                    isOn={draft.doNotRetry}
                    onChange={(doNotRetry) => change({ doNotRetry })}
                    about="Otherwise what fails is sent again, with growing pauses."
                />
                <CheckField
                    label="Take any certificate"
                    isOn={draft.ignoreSslErrors}
                    onChange={(ignoreSslErrors) => change({ ignoreSslErrors })}
                />
                <Button kind="primary" onPress={save}>
                    {webhookId === undefined ? 'Make the webhook' : 'Save'}
                </Button>
            </aside>
        </div>
    );
}

function Templates({ draft, onChange }: { draft: WebhookDraft; onChange: (changed: Partial<WebhookDraft>) => void }) {
    return (
        <>
            <LabelledField
                label="Payload"
                about={
                    <>
                        JSON with variables:{' '}
                        <code>{'{{userId}} {{createdAt}} {{eventType}} {{eventData}} {{resource}} {{globals}}'}</code>.
                        Empty is all of them.
                    </>
                }
            >
                {(id) => (
                    <CodeEditor
                        id={id}
                        value={draft.payloadTemplate}
                        placeholder={'{\n    "eventType": {{eventType}},\n    "runId": {{resource.id}}\n}'}
                        onChange={(payloadTemplate) => onChange({ payloadTemplate })}
                    />
                )}
            </LabelledField>
            <LabelledField label="Headers" about="JSON in the same way; they are sent besides those that always go.">
                {(id) => (
                    <CodeEditor
                        id={id}
                        value={draft.headersTemplate}
                        placeholder={'{ "Authorization": "Bearer …" }'}
                        leastRows={2}
                        onChange={(headersTemplate) => onChange({ headersTemplate })}
                    />
                )}
            </LabelledField>
            <CheckField
                label="Variables within texts too"
                isOn={draft.shouldInterpolateStrings}
                onChange={(shouldInterpolateStrings) => onChange({ shouldInterpolateStrings })}
                about={'Then "Run {{resource.id}} has ended" is filled in as well.'}
            />
        </>
    );
}

/** What a webhook is about: the runs and builds of an Actor, the runs of a task, or one run. */
export function ConditionFields({
    draft: { kind, aboutId },
    onChange,
}: {
    draft: WebhookDraft;
    onChange: (changed: Partial<WebhookDraft>) => void;
}) {
    const choose = (id: string): void => onChange({ aboutId: id });
    return (
        <div class="row">
            <select
                aria-label="What it is about"
                value={kind}
                onChange={({ currentTarget }) => onChange({ kind: currentTarget.value as ConditionKind, aboutId: '' })}
            >
                <option value="actor">Actor</option>
                <option value="task">Task</option>
                <option value="run">Run</option>
            </select>
            {kind === 'actor' && <ActorSelect label="Actor" value={aboutId} onChange={choose} />}
            {kind === 'task' && <TaskSelect label="Task" value={aboutId} onChange={choose} />}
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

/** What is only sent on request. */
const TEST = 'TEST';
const GROUPS = [
    { label: 'Runs', start: 'ACTOR.RUN.' },
    { label: 'Builds', start: 'ACTOR.BUILD.' },
];

/** Which events a webhook tells of. */
export function EventTypes({ chosen, onChange }: { chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
    const known: readonly string[] = WEBHOOK_EVENT_TYPES;
    const toggle = (type: string): void =>
        onChange(known.filter((other) => chosen.includes(other) !== (other === type)));
    return (
        <>
            {GROUPS.map(({ label, start }) => (
                <div key={label} class="field">
                    <span class="label">{label}</span>
                    <div class="choices" role="group" aria-label={`Events of ${label.toLowerCase()}`}>
                        {known
                            .filter((type) => type !== TEST && type.startsWith(start))
                            .map((type) => (
                                <label class="check" key={type}>
                                    <input
                                        type="checkbox"
                                        checked={chosen.includes(type)}
                                        onChange={() => toggle(type)}
                                    />
                                    <span>{wordOf(type.slice(start.length))}</span>
                                </label>
                            ))}
                    </div>
                </div>
            ))}
        </>
    );
}

function wordOf(type: string): string {
    return type.charAt(0) + type.slice(1).toLowerCase().replace('_', ' ');
}

/** What a webhook is about. */
export type ConditionKind = 'actor' | 'task' | 'run';

/** A webhook as it is being written. */
export interface WebhookDraft {
    readonly kind: ConditionKind;
    /** Of what it is about. */
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

/** What a new webhook begins with. */
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
    return {
        ...newWebhook(kind, actorRunId ?? actorTaskId ?? actorId ?? ''),
        eventTypes: webhook.eventTypes,
        requestUrl: webhook.requestUrl,
        payloadTemplate: webhook.payloadTemplate,
        headersTemplate: webhook.headersTemplate ?? '',
        shouldInterpolateStrings: webhook.shouldInterpolateStrings,
        ignoreSslErrors: webhook.ignoreSslErrors,
        doNotRetry: webhook.doNotRetry,
        description: webhook.description ?? '',
        isEnabled: webhook.isEnabled,
    };
}

/** As the API takes it. An empty template is the default. */
export function fieldsOf({ kind, aboutId, payloadTemplate, headersTemplate, ...same }: WebhookDraft): object {
    if (aboutId === '') throw new Error(`Choose the ${kind === 'actor' ? 'Actor' : kind} that it is about.`);
    const names = { actor: 'actorId', task: 'actorTaskId', run: 'actorRunId' } as const;
    return {
        ...same,
        condition: { [names[kind]]: aboutId },
        payloadTemplate: payloadTemplate.trim() === '' ? null : payloadTemplate,
        headersTemplate: headersTemplate.trim() === '' ? null : headersTemplate,
    };
}

import { ConditionFields } from './condition-fields.js';
import { fieldsOf, type WebhookDraft } from './webhook-draft.js';
import { EventTypes } from './event-types.js';
import { api } from '../api/api.js';
import { Button } from '../parts/button.js';
import { CodeEditor } from '../parts/code-editor.js';
import { CheckField, LabelledField, TextField } from '../parts/labelled-field.js';
import { useState, type JSX } from '../preact.js';
import { showDone } from '../state/toasts.js';
import type { Webhook } from '../api/json.js';

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
}): JSX.Element {
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

function Templates({
    draft,
    onChange,
}: {
    draft: WebhookDraft;
    onChange: (changed: Partial<WebhookDraft>) => void;
}): JSX.Element {
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

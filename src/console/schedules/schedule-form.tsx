import { useId, useMemo, useState } from 'preact/hooks';
import { ActorSelect } from '../actors/actors-page.js';
import { api } from '../api/api.js';
import type { Schedule } from '../api/json.js';
import { actionOf, draftOfAction, type ActionDraft } from './action-draft.js';
import { CronField } from './cron-field.js';
import { showDone } from '../state/toasts.js';
import { TaskSelect } from '../tasks/tasks-page.js';
import { Button } from '../ui/button.js';
import { CodeEditor } from '../ui/code-editor.js';
import { CheckField, TextField, LabelledField } from '../ui/fields.js';
import { parseJson } from '../ui/parse-json.js';

/** A schedule as it is being written. */
export interface ScheduleDraft {
    readonly name: string;
    readonly title: string;
    readonly cronExpression: string;
    readonly timezone: string;
    readonly isEnabled: boolean;
    readonly isExclusive: boolean;
    readonly actions: readonly ActionDraft[];
}

/** What a new schedule begins with. */
export function newSchedule(actions: readonly ActionDraft[]): ScheduleDraft {
    return {
        name: '',
        title: '',
        cronExpression: '@daily',
        timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        isEnabled: true,
        isExclusive: true,
        actions,
    };
}

export function draftOfSchedule(schedule: Schedule): ScheduleDraft {
    const { name, title = '', cronExpression, timezone, isEnabled, isExclusive, actions } = schedule;
    return { name, title, cronExpression, timezone, isEnabled, isExclusive, actions: actions.map(draftOfAction) };
}

/** The form of a schedule. */
export function ScheduleForm({
    begin,
    scheduleId,
    onSaved,
}: {
    begin: ScheduleDraft;
    /** Undefined for one that is to be made. */
    scheduleId: string | undefined;
    onSaved: (schedule: Schedule) => void;
}) {
    const [draft, setDraft] = useState(begin);
    const change = (changed: Partial<ScheduleDraft>): void => setDraft({ ...draft, ...changed });
    const save = async (): Promise<void> => {
        const json = fieldsOf(draft);
        const saved =
            scheduleId === undefined
                ? await api<Schedule>('/schedules', { method: 'POST', json })
                : await api<Schedule>(`/schedules/${scheduleId}`, { method: 'PUT', json });
        showDone(`Schedule ${saved.name} is saved.`);
        onSaved(saved);
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="What it starts">
                <h2>What it starts</h2>
                <ActionFields actions={draft.actions} onChange={(actions) => change({ actions })} />
            </section>
            <aside class="card form" aria-label="When it fires">
                <TextField
                    label="Name"
                    value={draft.name}
                    placeholder="my-schedule"
                    onChange={(name) => change({ name })}
                />
                <TextField label="Title" value={draft.title} onChange={(title) => change({ title })} />
                <CronField
                    expression={draft.cronExpression}
                    timezone={draft.timezone}
                    onChange={(cronExpression) => change({ cronExpression })}
                />
                <TimezoneField value={draft.timezone} onChange={(timezone) => change({ timezone })} />
                <CheckField label="Enabled" isOn={draft.isEnabled} onChange={(isEnabled) => change({ isEnabled })} />
                <CheckField
                    label="Not while the last run goes on"
                    isOn={draft.isExclusive}
                    onChange={(isExclusive) => change({ isExclusive })}
                />
                <Button kind="primary" onPress={save}>
                    {scheduleId === undefined ? 'Make the schedule' : 'Save'}
                </Button>
            </aside>
        </div>
    );
}

function TimezoneField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
    const id = useId();
    const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone')], []);
    return (
        <>
            <TextField label="Time zone" value={value} list={id} onChange={onChange} />
            <datalist id={id}>
                {zones.map((zone) => (
                    <option key={zone} value={zone} />
                ))}
            </datalist>
        </>
    );
}

function fieldsOf({ name, title, actions, ...same }: ScheduleDraft): object {
    for (const [index, { id, kind, inputText }] of actions.entries()) {
        if (id === '')
            throw new Error(
                `Action ${index + 1} has no ${kind === 'actor' ? 'Actor' : 'task'} yet. Choose one, or remove it.`,
            );
        const parsed = inputText.trim() === '' ? undefined : parseJson(inputText);
        if (parsed?.ok === false) {
            throw new Error(
                `The input of action ${index + 1} is no JSON: line ${parsed.line}, ${parsed.message}. Correct it first.`,
            );
        }
    }
    return {
        ...same,
        ...(name !== '' && { name }),
        title: title === '' ? null : title,
        actions: actions.map(actionOf),
    };
}

/** What a schedule starts: Actors and tasks, each with an input. */
export function ActionFields({
    actions,
    onChange,
}: {
    actions: readonly ActionDraft[];
    onChange: (actions: ActionDraft[]) => void;
}) {
    return (
        <div class="stack">
            {actions.map((action, index) => (
                <ActionField
                    key={index}
                    action={action}
                    number={index + 1}
                    onChange={(next) => onChange(actions.map((other, at) => (at === index ? next : other)))}
                    onRemove={() => onChange(actions.filter((_, at) => at !== index))}
                />
            ))}
            <div class="row">
                <Button icon="plus" onPress={() => onChange([...actions, { kind: 'actor', id: '', inputText: '' }])}>
                    Add an Actor
                </Button>
                <Button icon="plus" onPress={() => onChange([...actions, { kind: 'task', id: '', inputText: '' }])}>
                    Add a task
                </Button>
            </div>
        </div>
    );
}

function ActionField({
    action,
    number,
    onChange,
    onRemove,
}: {
    action: ActionDraft;
    number: number;
    onChange: (action: ActionDraft) => void;
    onRemove: () => void;
}) {
    const { kind, id, inputText } = action;
    const parsed = inputText.trim() === '' ? undefined : parseJson(inputText);
    const choose = (next: string): void => onChange({ ...action, id: next });
    return (
        <fieldset class="nested form">
            <legend class="row">
                {kind === 'actor' ? 'Run an Actor' : 'Run a task'}
                <Button kind="quiet" icon="close" label={`Remove action ${number}`} onPress={onRemove} />
            </legend>
            {kind === 'actor' ? (
                <ActorSelect label="Actor to run" value={id} onChange={choose} />
            ) : (
                <TaskSelect label="Task to run" value={id} onChange={choose} />
            )}
            <LabelledField
                label="Input"
                about={
                    kind === 'actor'
                        ? 'JSON; empty is no input, and the defaults of the schema count.'
                        : "JSON; its properties are laid over the task's own input."
                }
                trouble={parsed?.ok === false ? `Line ${parsed.line}: ${parsed.message}.` : undefined}
            >
                {(fieldId) => (
                    <CodeEditor
                        id={fieldId}
                        value={inputText}
                        label={undefined}
                        placeholder="{}"
                        leastRows={3}
                        errorLine={parsed?.ok === false ? parsed.line : undefined}
                        onChange={(text) => onChange({ ...action, inputText: text })}
                    />
                )}
            </LabelledField>
        </fieldset>
    );
}

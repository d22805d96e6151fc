import { useId, useMemo, useState } from 'preact/hooks';
import { api } from '../api/api.js';
import { showDone } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { CodeField, DraftFields, TextField, type DraftField } from '../ui/fields.js';
import { IdSelect } from '../ui/list-page.js';
import { parseJson } from '../ui/parse-json.js';
import { type ActionDraft, actionOf, draftOfAction } from './action-draft.js';
import { CronField } from './cron-field.js';
import type { Schedule } from '../api/json.js';

/** A schedule that is being edited. */
interface ScheduleDraft {
    readonly name: string;
    readonly title: string;
    readonly cronExpression: string;
    readonly timezone: string;
    readonly isEnabled: boolean;
    readonly isExclusive: boolean;
    readonly actions: readonly ActionDraft[];
}

/** Returns what a new schedule begins with. */
export function newSchedule(actions: readonly ActionDraft[]): ScheduleDraft {
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return { name: '', title: '', cronExpression: '@daily', timezone, isEnabled: true, isExclusive: true, actions };
}

export function draftOfSchedule(schedule: Schedule): ScheduleDraft {
    const { name, title = '', cronExpression, timezone, isEnabled, isExclusive, actions } = schedule;
    return { name, title, cronExpression, timezone, isEnabled, isExclusive, actions: actions.map(draftOfAction) };
}

const NAMES: readonly DraftField<ScheduleDraft>[] = [
    { name: 'name', label: 'Name', placeholder: 'my-schedule' },
    { name: 'title', label: 'Title' },
];
const SETTINGS: readonly DraftField<ScheduleDraft>[] = [
    { name: 'isEnabled', kind: 'check', label: 'Enabled' },
    { name: 'isExclusive', kind: 'check', label: 'Skip if the previous run is still active' },
];

interface ScheduleFormProps {
    readonly begin: ScheduleDraft;
    /** Undefined for a new one. */
    readonly scheduleId: string | undefined;
    readonly onSaved: (schedule: Schedule) => void;
}

export function ScheduleForm({ begin, scheduleId, onSaved }: ScheduleFormProps) {
    const [draft, setDraft] = useState(begin);
    const change = (changed: Partial<ScheduleDraft>): void => setDraft({ ...draft, ...changed });
    const save = async (): Promise<void> => {
        const json = fieldsOf(draft);
        const saved =
            scheduleId === undefined
                ? await api<Schedule>('/schedules', { method: 'POST', json })
                : await api<Schedule>(`/schedules/${scheduleId}`, { method: 'PUT', json });
        showDone(`Schedule ${saved.name} saved.`);
        onSaved(saved);
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="Actions">
                <h2>Actions</h2>
                <ActionFields actions={draft.actions} onChange={(actions) => change({ actions })} />
            </section>
            <aside class="card form" aria-label="Times">
                <DraftFields draft={draft} onChange={change} fields={NAMES} />
                <CronField
                    expression={draft.cronExpression}
                    timezone={draft.timezone}
                    onChange={(cronExpression) => change({ cronExpression })}
                />
                <TimezoneField value={draft.timezone} onChange={(timezone) => change({ timezone })} />
                <DraftFields draft={draft} onChange={change} fields={SETTINGS} />
                <Button kind="primary" onPress={save}>
                    {scheduleId === undefined ? 'Create schedule' : 'Save'}
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

interface ActionFieldsProps {
    readonly actions: readonly ActionDraft[];
    readonly onChange: (actions: ActionDraft[]) => void;
}

/** What a schedule starts: Actors and tasks, each with an input. */
function ActionFields({ actions, onChange }: ActionFieldsProps) {
    const addButton = (kind: ActionDraft['kind'], text: string) => (
        <Button icon="plus" onPress={() => onChange([...actions, { kind, id: '', inputText: '' }])}>
            {text}
        </Button>
    );
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
                {addButton('actor', 'Add an Actor')}
                {addButton('task', 'Add a task')}
            </div>
        </div>
    );
}

interface ActionFieldProps {
    readonly action: ActionDraft;
    readonly number: number;
    readonly onChange: (action: ActionDraft) => void;
    readonly onRemove: () => void;
}

function ActionField({ action, number, onChange, onRemove }: ActionFieldProps) {
    const { kind, id, inputText } = action;
    const isActor = kind === 'actor';
    return (
        <fieldset class="nested form">
            <legend class="row">
                {isActor ? 'Run an Actor' : 'Run a task'}
                <Button kind="quiet" icon="close" label={`Remove action ${number}`} onPress={onRemove} />
            </legend>
            <IdSelect
                label={isActor ? 'Actor to run' : 'Task to run'}
                path={isActor ? '/acts' : '/actor-tasks'}
                value={id}
                onChange={(next) => onChange({ ...action, id: next })}
            />
            <CodeField
                label="Input"
                about={
                    isActor
                        ? 'JSON. Default: no input; the defaults of the schema apply.'
                        : 'JSON. Its properties override those of the input of the task.'
                }
                value={inputText}
                parsed={parseJson(inputText)}
                placeholder="{}"
                leastRows={3}
                onChange={(text) => onChange({ ...action, inputText: text })}
            />
        </fieldset>
    );
}

function fieldsOf({ name, title, actions, ...same }: ScheduleDraft): object {
    for (const [index, { id, kind, inputText }] of actions.entries()) {
        const action = `Action ${index + 1}`;
        if (id === '')
            throw new Error(`${action} has no ${kind === 'actor' ? 'Actor' : 'task'}. Select one, or remove it.`);
        const parsed = inputText.trim() === '' ? undefined : parseJson(inputText);
        if (parsed?.ok === false) {
            throw new Error(`${action} has an input that is not valid JSON: line ${parsed.line}, ${parsed.message}.`);
        }
    }
    return {
        ...same,
        ...(name !== '' && { name }),
        title: title === '' ? null : title,
        actions: actions.map(actionOf),
    };
}

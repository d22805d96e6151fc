import { useMemo, useState } from 'preact/hooks';
import { Button } from '../ui/button.js';
import { DraftFields, type DraftField } from '../ui/forms.js';
import { parseJson } from '../ui/parse-json.js';
import { draftFrom, IdSelect, type RecordType, SaveButton } from '../ui/record-pages.js';
import { type ActionDraft, actionOf, draftOfAction } from './action-draft.js';
import { CronPresets, UpcomingRuns } from './cron-field.js';
import { describeCron } from './cron-words.js';
import type { Schedule } from '../api/json.js';

export const SCHEDULES: RecordType = {
    title: 'Schedules',
    one: 'schedule',
    path: '/schedules',
    page: '/schedules',
    about: 'A schedule starts Actors and tasks at set times. Schedules run while greenroom is running.',
    deletion: 'The runs that it has started are kept, and continue.',
};

/** What a new schedule begins with. */
const NEW = {
    name: '',
    title: '',
    cronExpression: '@daily',
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    isEnabled: true,
    isExclusive: true,
};

const NAMES: readonly DraftField<typeof NEW>[] = [
    { name: 'name', label: 'Name', placeholder: 'my-schedule' },
    { name: 'title', label: 'Title' },
];
const SETTINGS: readonly DraftField<typeof NEW>[] = [
    {
        name: 'timezone',
        label: 'Time zone',
        suggestions: ['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => [zone, zone] as const),
    },
    { name: 'isEnabled', kind: 'check', label: 'Enabled' },
    { name: 'isExclusive', kind: 'check', label: 'Skip if the previous run is still active' },
];

interface ScheduleFormProps {
    /** Undefined for a new one. */
    readonly schedule?: Schedule;
    /** What a new one starts. */
    readonly actions?: readonly ActionDraft[];
    readonly onSaved?: (schedule: Schedule) => void;
}

export function ScheduleForm({ schedule, actions: begin = [], onSaved }: ScheduleFormProps) {
    const [draft, setDraft] = useState(() => draftFrom(NEW, schedule ?? {}));
    const [actions, setActions] = useState(() => schedule?.actions.map(draftOfAction) ?? begin);
    const change = (changed: Partial<typeof NEW>): void => setDraft({ ...draft, ...changed });
    const { cronExpression, timezone, name, title } = draft;
    const words = useMemo(() => describeCron(cronExpression).words, [cronExpression]);
    const cron: DraftField<typeof NEW> = {
        name: 'cronExpression',
        label: 'Cron',
        isRequired: true,
        placeholder: '0 8 * * 1-5',
        check: (text) => describeCron(text).trouble,
        about: words ? (
            <strong>{words}</strong>
        ) : (
            'Minute, hour, day of the month, month, day of the week; or an alias such as @daily.'
        ),
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="Actions">
                <h2>Actions</h2>
                <ActionFields actions={actions} onChange={setActions} />
            </section>
            <aside class="card form" aria-label="Times">
                <DraftFields draft={draft} onChange={change} fields={[...NAMES, cron]} />
                <CronPresets value={cronExpression} onChange={(preset) => change({ cronExpression: preset })} />
                {words && <UpcomingRuns expression={cronExpression} timezone={timezone} />}
                <DraftFields draft={draft} onChange={change} fields={SETTINGS} />
                <SaveButton<Schedule>
                    type={SCHEDULES}
                    id={schedule?.id}
                    fields={() => ({
                        ...draft,
                        name: name || undefined,
                        title: title || null,
                        actions: actions.map(checkedAction),
                    })}
                    onSaved={onSaved}
                />
            </aside>
        </div>
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
                    onChange={(changed) => onChange(actions.with(index, { ...action, ...changed }))}
                    onRemove={() => onChange(actions.toSpliced(index, 1))}
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
    readonly onChange: (changed: Partial<ActionDraft>) => void;
    readonly onRemove: () => void;
}

const KINDS = {
    actor: {
        legend: 'Run an Actor',
        label: 'Actor to run',
        about: 'JSON. Default: no input; the defaults of the schema apply.',
        missing: 'no Actor',
    },
    task: {
        legend: 'Run a task',
        label: 'Task to run',
        about: 'JSON. Its properties override those of the input of the task.',
        missing: 'no task',
    },
};

function ActionField({ action, number, onChange, onRemove }: ActionFieldProps) {
    const { legend, label, about } = KINDS[action.kind];
    return (
        <fieldset class="nested form">
            <legend class="row">
                {legend}
                <Button kind="quiet" icon="close" label={`Remove action ${number}`} onPress={onRemove} />
            </legend>
            <IdSelect kind={action.kind} label={label} value={action.id} onChange={(id) => onChange({ id })} />
            <DraftFields
                draft={action}
                onChange={onChange}
                fields={[{ name: 'inputText', kind: 'json', label: 'Input', about, placeholder: '{}', rows: 3 }]}
            />
        </fieldset>
    );
}

/** Returns an action as the API takes it. Throws an error for one that is incomplete. */
function checkedAction(action: ActionDraft, index: number): object {
    const { id, kind, inputText } = action;
    if (id === '') throw new Error(`Action ${index + 1} has ${KINDS[kind].missing}. Select one, or remove it.`);
    const parsed = inputText.trim() === '' ? undefined : parseJson(inputText);
    if (parsed?.ok === false) {
        throw new Error(`Action ${index + 1} has an input that is not valid JSON. ${parsed.trouble}.`);
    }
    return actionOf(action);
}

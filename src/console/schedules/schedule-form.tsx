import { useEffect, useMemo, useState } from 'preact/hooks';
import { nextScheduledTime, parseRecurrence } from '../../schedules/recurrence.js';
import { messageOf } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { now } from '../signals/now.js';
import { Button } from '../components/button.js';
import { formatAgo } from '../components/format.js';
import { type DraftField, DraftFields } from '../form/draft-fields.js';
import { draftFrom, IdSelect, type RecordType, SaveButton } from '../components/record-pages.js';
import { type ActionDraft, toAction, toActionDraft } from './action-draft.js';
import { describeCron } from './describe-cron.js';
import type { Schedule } from '../api/json.js';

export const SCHEDULES: RecordType = {
    title: 'Schedules',
    one: 'schedule',
    path: '/schedules',
    page: '/schedules',
    about: 'A schedule starts Actors and tasks at set times. Schedules run while greenroom is running.',
    deletion: 'Runs that it has started are kept.',
};

const NEW = {
    name: '',
    title: '',
    cronExpression: '@daily',
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    isEnabled: true,
    isExclusive: true,
};

const NAMES: readonly DraftField<typeof NEW>[] = [
    { name: 'name', title: 'Name', placeholder: 'my-schedule' },
    { name: 'title', title: 'Title' },
];
const SETTINGS: readonly DraftField<typeof NEW>[] = [
    {
        name: 'timezone',
        title: 'Time zone',
        editor: 'select',
        placeholder: 'UTC',
        enumSuggestedValues: ['UTC', ...Intl.supportedValuesOf('timeZone')],
    },
    { name: 'isEnabled', type: 'boolean', title: 'Enabled' },
    { name: 'isExclusive', type: 'boolean', title: 'Skip if the previous run is still active' },
];

interface ScheduleFormProps {
    /** Undefined for a new schedule. */
    readonly schedule?: Schedule;
    /** Initial actions of a new schedule. */
    readonly actions?: readonly ActionDraft[];
    readonly onSaved?: (schedule: Schedule) => void;
}

export function ScheduleForm({ schedule, actions: initialActions = [], onSaved }: ScheduleFormProps) {
    const [draft, setDraft] = useState(() => draftFrom(NEW, schedule ?? {}));
    const [actions, setActions] = useState(() => schedule?.actions.map(toActionDraft) ?? initialActions);
    const change = (changed: Partial<typeof NEW>): void => setDraft({ ...draft, ...changed });
    const { cronExpression, timezone, name, title } = draft;
    const description = useMemo(() => describeCron(cronExpression).description, [cronExpression]);
    const cron: DraftField<typeof NEW> = {
        name: 'cronExpression',
        title: 'Cron',
        isRequired: true,
        placeholder: '0 8 * * 1-5',
        check: (text) => describeCron(text).error,
        description: description
            ? `<b>${description}</b>`
            : 'Minute, hour, day of the month, month, day of the week; or an alias such as @daily.',
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
                {description && <UpcomingRuns expression={cronExpression} timezone={timezone} />}
                <DraftFields draft={draft} onChange={change} fields={SETTINGS} />
                <SaveButton<Schedule>
                    type={SCHEDULES}
                    id={schedule?.id}
                    fields={() => ({
                        ...draft,
                        name: name || undefined,
                        title: title || null,
                        actions: actions.map(toAction),
                    })}
                    onSaved={onSaved}
                />
            </aside>
        </div>
    );
}

function ActionFields(props: { actions: readonly ActionDraft[]; onChange: (actions: ActionDraft[]) => void }) {
    const { actions, onChange } = props;
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
                {addButton('actor', 'Add Actor')}
                {addButton('task', 'Add task')}
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
        description: 'JSON. Default: no input; the defaults of the schema apply.',
    },
    task: {
        legend: 'Run a task',
        label: 'Task to run',
        description: 'JSON. Its properties override those of the input of the task.',
    },
};

function ActionField({ action, number, onChange, onRemove }: ActionFieldProps) {
    const { legend, label, description } = KINDS[action.kind];
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
                fields={[
                    { name: 'inputText', editor: 'json', title: 'Input', description, placeholder: '{}', rows: 3 },
                ]}
            />
        </fieldset>
    );
}

const PRESETS: readonly (readonly [name: string, expression: string])[] = [
    ['Every 5 minutes', '*/5 * * * *'],
    ['Every hour', '@hourly'],
    ['Every day', '@daily'],
    ['Weekdays at 8', '0 8 * * 1-5'],
    ['Every week', '@weekly'],
    ['Every month', '@monthly'],
];
const SHOWN_TIMES = 5;
const MINUTE_MILLIS = 60_000;

function CronPresets({ value, onChange }: { value: string; onChange: (expression: string) => void }) {
    return (
        <div class="row" role="group" aria-label="Presets">
            {PRESETS.map(([name, preset]) => (
                <button
                    key={preset}
                    type="button"
                    class="chip"
                    aria-pressed={preset === value}
                    onClick={() => onChange(preset)}
                >
                    {name}
                </button>
            ))}
        </div>
    );
}

function UpcomingRuns({ expression, timezone }: { expression: string; timezone: string }) {
    const upcoming = useResource(`upcoming ${expression} ${timezone}`, () => nextTimes(expression, timezone));
    const times = upcoming.value ?? [];
    const isDue = times.length > 0 && times[0]! <= now.value;
    useEffect(() => {
        if (isDue) upcoming.reload();
    }, [isDue]);
    if (upcoming.error !== undefined) return <p class="field-error">{messageOf(upcoming.error)}</p>;
    return (
        <div>
            <span class="label">Upcoming runs</span>
            <ol class="ticks" aria-label="Upcoming runs">
                {times.map((millis) => {
                    const iso = new Date(millis).toISOString();
                    return (
                        <li key={millis}>
                            <time dateTime={iso}>{formatInZone(millis, timezone)}</time>
                            <span class="faint">{formatAgo(iso, now.value)}</span>
                        </li>
                    );
                })}
            </ol>
            {upcoming.value?.length === 0 && <p class="faint">This expression never matches</p>}
        </div>
    );
}

/** Returns the next times, computed with the engine's own parser. */
async function nextTimes(expression: string, timezone: string): Promise<number[]> {
    const recurrence = await parseRecurrence(expression, timezone);
    const times: number[] = [];
    let next = nextScheduledTime(recurrence, Date.now());
    while (times.length < SHOWN_TIMES && next !== undefined) {
        times.push(next);
        next = nextScheduledTime(recurrence, next, next);
    }
    return times;
}

function formatInZone(millis: number, timeZone: string): string {
    return new Intl.DateTimeFormat('en-GB', {
        timeZone,
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        ...(millis % MINUTE_MILLIS !== 0 && { second: '2-digit' }),
        timeZoneName: 'short',
    }).format(millis);
}

import { api } from '../api/api.js';
import { type Resource, useApi } from '../api/use-resource.js';
import { useLocation, useQuery } from '../router.js';
import { showDone, showTrouble } from '../state/toasts.js';
import { Button, DeleteButton } from '../ui/button.js';
import { formatDate } from '../ui/format.js';
import { ListPage } from '../ui/list-page.js';
import { Ago, Page, ResourceView } from '../ui/page.js';
import { type ActionDraft, runAction } from './action-draft.js';
import { describeCron } from './cron-field.js';
import { draftOfSchedule, newSchedule, ScheduleForm } from './schedule-form.js';
import type { Listed, Schedule } from '../api/json.js';
import type { Column } from '../ui/table.js';

export function SchedulesPage() {
    return (
        <ListPage<Schedule>
            title="Schedules"
            one="schedule"
            path="/schedules"
            createPath="/schedules/new"
            about="A schedule starts Actors and tasks at set times. Schedules run while greenroom is running."
            columns={columnsFor}
            reloadOn={({ name }) => name === 'schedule'}
        />
    );
}

function columnsFor(list: Resource<Listed<Schedule>>): Column<Schedule>[] {
    const enable = (schedule: Schedule, isEnabled: boolean): void => {
        const { value, reload, replace } = list;
        // At once, so that the switch does not go back for a moment.
        const items = value?.items.map((other) => (other === schedule ? { ...other, isEnabled } : other));
        if (value && items) replace({ ...value, items });
        api(`/schedules/${schedule.id}`, { method: 'PUT', json: { isEnabled } }).catch(showTrouble).finally(reload);
    };
    return [
        {
            name: 'On',
            cell: (schedule) => (
                <input
                    type="checkbox"
                    role="switch"
                    aria-label={`${schedule.name} is enabled`}
                    checked={schedule.isEnabled}
                    onChange={({ currentTarget }) => enable(schedule, currentTarget.checked)}
                />
            ),
        },
        {
            name: 'Schedule',
            isWide: true,
            cell: ({ id, name, title }) => <a href={`/schedules/${id}`}>{title ?? name}</a>,
        },
        {
            name: 'Cron',
            drop: 1,
            cell: ({ cronExpression, timezone }) => (
                <span title={`${cronExpression} · ${timezone}`}>
                    {describeCron(cronExpression).words ?? cronExpression}
                </span>
            ),
        },
        { name: 'Next run', cell: ({ nextRunAt }) => <Ago iso={nextRunAt} /> },
        { name: 'Last run', drop: 2, cell: ({ lastRunAt }) => <Ago iso={lastRunAt} /> },
        { name: 'Actions', isFigure: true, drop: 2, cell: ({ actions }) => actions.length },
    ];
}

/** A schedule: its actions, its times, and its log. */
export function SchedulePage({ params }: { params: Record<string, string> }) {
    const id = params['id']!;
    const resource = useApi<Schedule>(
        `/schedules/${encodeURIComponent(id)}`,
        {},
        (event) => event.name === 'schedule' && event.schedule.id === id,
    );
    const schedule = resource.value;
    return (
        <Page
            title={schedule?.title ?? schedule?.name ?? 'Schedule'}
            crumbs={[['Schedules', '/schedules']]}
            actions={schedule && <ScheduleActions schedule={schedule} />}
        >
            <ResourceView resource={resource}>
                {(value) => (
                    <>
                        <ScheduleForm
                            key={value.id}
                            begin={draftOfSchedule(value)}
                            scheduleId={value.id}
                            onSaved={resource.replace}
                        />
                        <ScheduleLog scheduleId={value.id} />
                    </>
                )}
            </ResourceView>
        </Page>
    );
}

function ScheduleActions({ schedule: { id, name, actions } }: { schedule: Schedule }) {
    const { route } = useLocation();
    const run = async (): Promise<void> => {
        const runIds: string[] = [];
        for (const action of actions) runIds.push(await runAction(action));
        if (runIds.length === 1) route(`/runs/${runIds[0]}`);
        else showDone(`${runIds.length} runs started.`);
    };
    return (
        <>
            <DeleteButton
                path={`/schedules/${id}`}
                what={`schedule ${name}`}
                explanation="The runs that it has started are kept, and continue."
                to="/schedules"
            />
            <Button
                icon="run"
                isDisabled={actions.length === 0}
                title={actions.length === 0 ? 'No actions yet' : 'Starts the saved actions'}
                onPress={run}
            >
                Run now
            </Button>
        </>
    );
}

interface LogEntry {
    readonly message: string;
    readonly level: string;
    readonly createdAt: string;
}

const LOOKS: Record<string, string> = { WARN: 'ansi-yellow', ERROR: 'ansi-red' };

/** The result of each time that a schedule was triggered, the latest first. */
function ScheduleLog({ scheduleId }: { scheduleId: string }) {
    const log = useApi<LogEntry[]>(
        `/schedules/${scheduleId}/log`,
        {},
        (event) => event.name === 'schedule' && event.schedule.id === scheduleId,
    );
    return (
        <section>
            <h2 class="section-head">Log</h2>
            <ResourceView resource={log}>
                {(entries) =>
                    entries.length === 0 ? (
                        <p class="faint">Not triggered yet</p>
                    ) : (
                        <div class="text-block mono" role="log" aria-label="Log of the schedule">
                            {entries.toReversed().map(({ message, level, createdAt }, index) => (
                                <div key={index} class={LOOKS[level]}>
                                    <time class="faint" dateTime={createdAt}>
                                        {formatDate(createdAt)}
                                    </time>{' '}
                                    {message}
                                </div>
                            ))}
                        </div>
                    )
                }
            </ResourceView>
        </section>
    );
}

/** Creates a schedule. With `?task=ID` or `?actor=ID`, of that. */
export function NewSchedulePage() {
    const { route } = useLocation();
    const [query] = useQuery();
    const actions = (['task', 'actor'] as const).flatMap((kind): ActionDraft[] => {
        const id = query.get(kind);
        return id === null ? [] : [{ kind, id, inputText: '' }];
    });
    return (
        <Page title="New schedule" crumbs={[['Schedules', '/schedules']]}>
            <ScheduleForm
                begin={newSchedule(actions)}
                scheduleId={undefined}
                onSaved={({ id }) => route(`/schedules/${id}`)}
            />
        </Page>
    );
}

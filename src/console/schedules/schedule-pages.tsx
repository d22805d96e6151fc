import { api } from '../api/api.js';
import { type Resource, useApi } from '../api/use-resource.js';
import { useLocation, useQuery } from '../router.js';
import { showSuccess, showError } from '../signals/toasts.js';
import { Button } from '../components/button.js';
import { formatDate } from '../components/format.js';
import { Ago, ResourceView } from '../components/page.js';
import { ListPage, NewRecordPage, RecordPage } from '../components/record-pages.js';
import { type ActionDraft, runAction } from './action-draft.js';
import { describeCron } from './describe-cron.js';
import { SCHEDULES, ScheduleForm } from './schedule-form.js';
import type { ConsoleEvent, Listed, Schedule, ScheduleLogEntry } from '../api/json.js';
import type { PageParams } from '../router.js';
import type { Column } from '../components/table.js';

export function SchedulesPage() {
    return <ListPage type={SCHEDULES} columns={columnsFor} reloadOn={({ name }) => name === 'schedule'} />;
}

function columnsFor(list: Resource<Listed<Schedule>>): Column<Schedule>[] {
    const enable = (schedule: Schedule, isEnabled: boolean): void => {
        const { value, reload, replace } = list;
        // Updated immediately, so that the switch does not flicker.
        const items = value?.items.map((other) => (other === schedule ? { ...other, isEnabled } : other));
        if (value && items) replace({ ...value, items });
        api(`/schedules/${schedule.id}`, { method: 'PUT', json: { isEnabled } }).catch(showError).finally(reload);
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
            cell: ({ id, name, title }) => <a href={`/schedules/${id}`}>{title || name}</a>,
        },
        {
            name: 'Cron',
            drop: 1,
            cell: ({ cronExpression, timezone }) => (
                <span title={`${cronExpression} · ${timezone}`}>
                    {describeCron(cronExpression).description ?? cronExpression}
                </span>
            ),
        },
        { name: 'Next run', cell: ({ nextRunAt }) => <Ago iso={nextRunAt} /> },
        { name: 'Last run', drop: 2, cell: ({ lastRunAt }) => <Ago iso={lastRunAt} /> },
        { name: 'Actions', isFigure: true, drop: 2, cell: ({ actions }) => actions.length },
    ];
}

export function SchedulePage({ id }: PageParams) {
    const reloadOn = (event: ConsoleEvent): boolean => event.name === 'schedule' && event.schedule.id === id;
    return (
        <RecordPage<Schedule>
            type={SCHEDULES}
            id={id}
            nameOf={({ title, name }) => title || name}
            reloadOn={reloadOn}
            actions={(schedule) => <RunNow schedule={schedule} />}
        >
            {(schedule, { replace }) => (
                <>
                    <ScheduleForm schedule={schedule} onSaved={replace} />
                    <ScheduleLog path={`/schedules/${schedule.id}/log`} reloadOn={reloadOn} />
                </>
            )}
        </RecordPage>
    );
}

function RunNow({ schedule: { actions } }: { schedule: Schedule }) {
    const { route } = useLocation();
    const run = async (): Promise<void> => {
        const runIds: string[] = [];
        for (const action of actions) runIds.push(await runAction(action));
        if (runIds.length === 1) route(`/runs/${runIds[0]}`);
        else showSuccess(`${runIds.length} runs started.`);
    };
    const isEmpty = actions.length === 0;
    return (
        <Button
            icon="run"
            isDisabled={isEmpty}
            title={isEmpty ? 'No actions yet' : 'Starts the saved actions'}
            onPress={run}
        >
            Run now
        </Button>
    );
}

const LOOKS: Record<string, string> = { WARN: 'ansi-yellow', ERROR: 'ansi-red' };

/** The log of a schedule: the result of each trigger, latest first. */
function ScheduleLog({ path, reloadOn }: { path: string; reloadOn: (event: ConsoleEvent) => boolean }) {
    const log = useApi<ScheduleLogEntry[]>(path, {}, reloadOn);
    const line = ({ message, level, createdAt }: ScheduleLogEntry, index: number) => (
        <div key={index} class={LOOKS[level]}>
            <time class="faint" dateTime={createdAt}>
                {formatDate(createdAt)}
            </time>{' '}
            {message}
        </div>
    );
    return (
        <ResourceView title="Log" resource={log}>
            {(entries) =>
                entries.length === 0 ? (
                    <p class="faint">Not triggered yet</p>
                ) : (
                    <div class="text-block mono" role="log" aria-label="Log of the schedule">
                        {entries.toReversed().map(line)}
                    </div>
                )
            }
        </ResourceView>
    );
}

/** Creates a schedule. With `?task=ID` or `?actor=ID`, it has an action for that task or Actor. */
export function NewSchedulePage() {
    const [query] = useQuery();
    const actions = (['task', 'actor'] as const).flatMap((kind): ActionDraft[] => {
        const id = query.get(kind);
        return id === null ? [] : [{ kind, id, inputText: '' }];
    });
    return (
        <NewRecordPage type={SCHEDULES}>
            <ScheduleForm actions={actions} />
        </NewRecordPage>
    );
}

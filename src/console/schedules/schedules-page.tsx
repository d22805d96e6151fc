import { api } from '../api/api.js';
import type { Listed, Schedule } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { cronWords } from './cron-words.js';
import { showTrouble } from '../state/toasts.js';
import { ButtonLink } from '../ui/button.js';
import { Link } from '../ui/link.js';
import { Empty, Page } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Table } from '../ui/table.js';
import { Ago } from '../ui/time.js';

/** All schedules. */
export function SchedulesPage() {
    const schedules = useResource(
        'schedules',
        (signal) => api<Listed<Schedule>>('/schedules', { query: { limit: 1000, desc: true }, signal }),
        ({ name }) => name === 'schedule',
    );
    const create = (
        <ButtonLink to="/schedules/new" kind="primary" icon="plus">
            New schedule
        </ButtonLink>
    );
    const enable = (schedule: Schedule, isEnabled: boolean): void => {
        const { value, reload, replace } = schedules;
        // At once, lest it go back for a moment.
        const items = value?.items.map((other) => (other === schedule ? { ...other, isEnabled } : other));
        if (value && items) replace({ ...value, items });
        api(`/schedules/${schedule.id}`, { method: 'PUT', json: { isEnabled } }).catch(showTrouble).finally(reload);
    };
    return (
        <Page title="Schedules" actions={create}>
            <ResourceView resource={schedules}>
                {({ items }) =>
                    items.length === 0 ? (
                        <Empty
                            title="No schedules yet"
                            actions={<ButtonLink to="/schedules/new">Make a schedule</ButtonLink>}
                        >
                            <p>A schedule starts Actors and tasks at set times, as long as the engine lives.</p>
                        </Empty>
                    ) : (
                        <SchedulesTable schedules={items} onEnable={enable} />
                    )
                }
            </ResourceView>
        </Page>
    );
}

function SchedulesTable({
    schedules,
    onEnable,
}: {
    schedules: readonly Schedule[];
    onEnable: (schedule: Schedule, isEnabled: boolean) => void;
}) {
    return (
        <Table
            label="Schedules"
            rows={schedules}
            keyOf={({ id }) => id}
            columns={[
                {
                    name: 'On',
                    cell: (schedule) => (
                        <input
                            type="checkbox"
                            role="switch"
                            aria-label={`${schedule.name} is enabled`}
                            checked={schedule.isEnabled}
                            onChange={({ currentTarget }) => onEnable(schedule, currentTarget.checked)}
                        />
                    ),
                },
                {
                    name: 'Schedule',
                    isWide: true,
                    cell: ({ id, name, title }) => <Link to={`/schedules/${id}`}>{title ?? name}</Link>,
                },
                {
                    name: 'When',
                    drop: 1,
                    cell: ({ cronExpression, timezone }) => (
                        <span title={`${cronExpression} · ${timezone}`}>{wordsOf(cronExpression)}</span>
                    ),
                },
                { name: 'Next', cell: ({ nextRunAt }) => <Ago iso={nextRunAt} /> },
                { name: 'Last', drop: 2, cell: ({ lastRunAt }) => <Ago iso={lastRunAt} /> },
                { name: 'Starts', isFigure: true, drop: 2, cell: ({ actions }) => actions.length },
            ]}
        />
    );
}

function wordsOf(expression: string): string {
    try {
        return cronWords(expression);
    } catch {
        return expression;
    }
}

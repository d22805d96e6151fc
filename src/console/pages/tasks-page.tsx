import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { RunTaskButton } from '../tasks/run-task-button.js';
import { ButtonLink } from '../parts/button-link.js';
import { Empty } from '../parts/empty.js';
import { formatCount } from '../parts/format.js';
import { Link } from '../parts/link.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { Table } from '../parts/table.js';
import { Ago } from '../parts/time.js';
import type { Page as Listed, TaskItem } from '../api/json.js';
import type { JSX } from '../preact.js';

/** All tasks: Actors with an input of their own. */
export function TasksPage(): JSX.Element {
    const tasks = useResource(
        'tasks',
        (signal) => api<Listed<TaskItem>>('/actor-tasks', { query: { limit: 1000, desc: true }, signal }),
        { reloadOn: (event) => event.name === 'run' && event.run.actorTaskId !== undefined },
    );
    const create = (
        <ButtonLink to="/tasks/new" kind="primary" icon="plus">
            New task
        </ButtonLink>
    );
    return (
        <Page title="Tasks" actions={create}>
            <ResourceView resource={tasks}>
                {({ items }) => (items.length === 0 ? <NoTasks /> : <TasksTable tasks={items} />)}
            </ResourceView>
        </Page>
    );
}

function TasksTable({ tasks }: { tasks: readonly TaskItem[] }): JSX.Element {
    return (
        <Table
            label="Tasks"
            rows={tasks}
            keyOf={({ id }) => id}
            columns={[
                {
                    name: 'Task',
                    isWide: true,
                    cell: ({ id, name, title }) => <Link to={`/tasks/${id}`}>{title ?? name}</Link>,
                },
                {
                    name: 'Actor',
                    cell: ({ actId, actName }) => <Link to={`/actors/${actId}`}>{actName ?? actId}</Link>,
                },
                { name: 'Runs', isFigure: true, drop: 1, cell: ({ stats }) => formatCount(stats.totalRuns) },
                { name: 'Changed', drop: 2, cell: ({ modifiedAt }) => <Ago iso={modifiedAt} /> },
                { name: '', isFigure: true, cell: ({ id }) => <RunTaskButton taskId={id} isQuiet /> },
            ]}
        />
    );
}

function NoTasks(): JSX.Element {
    return (
        <Empty title="No tasks yet" actions={<ButtonLink to="/tasks/new">Make a task</ButtonLink>}>
            <p>
                A task is an Actor with an input and options of its own: what you run again and again, or on a schedule.
            </p>
        </Empty>
    );
}

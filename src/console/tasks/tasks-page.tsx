import { api } from '../api/api.js';
import type { Listed, TaskItem, Run } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { navigate } from '../router/router.js';
import { ButtonLink, Button } from '../ui/button.js';
import { IdSelect } from '../ui/fields.js';
import { formatCount } from '../ui/format.js';
import { Link } from '../ui/link.js';
import { Empty, Page } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Table } from '../ui/table.js';
import { Ago } from '../ui/time.js';

/** All tasks: Actors with an input of their own. */
export function TasksPage() {
    const tasks = useResource(
        'tasks',
        (signal) => api<Listed<TaskItem>>('/actor-tasks', { query: { limit: 1000, desc: true }, signal }),
        (event) => event.name === 'run' && event.run.actorTaskId !== undefined,
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

function TasksTable({ tasks }: { tasks: readonly TaskItem[] }) {
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

function NoTasks() {
    return (
        <Empty title="No tasks yet" actions={<ButtonLink to="/tasks/new">Make a task</ButtonLink>}>
            <p>
                A task is an Actor with an input and options of its own: what you run again and again, or on a schedule.
            </p>
        </Empty>
    );
}

/** Runs a task, and leads to the run. */
export function RunTaskButton({ taskId, isQuiet = false }: { taskId: string; isQuiet?: boolean }) {
    const run = async (): Promise<void> => {
        const { id } = await api<Run>(`/actor-tasks/${taskId}/runs`, { method: 'POST' });
        navigate(`/runs/${id}`);
    };
    return (
        <Button kind={isQuiet ? 'quiet' : 'primary'} icon="run" onPress={run}>
            Run
        </Button>
    );
}

/** Chooses a task. */
export function TaskSelect(props: { label: string; value: string; onChange: (taskId: string) => void }) {
    const { value: tasks } = useResource('tasks to choose', (signal) =>
        api<Listed<TaskItem>>('/actor-tasks', { query: { limit: 1000 }, signal }),
    );
    return <IdSelect {...props} prompt="Choose a task…" choices={tasks?.items} />;
}

import { api } from '../api/api.js';
import { useApi, useResource } from '../api/use-resource.js';
import { useLocation, useQuery } from '../router.js';
import { AllRuns } from '../runs/runs-table.js';
import { Button, ButtonLink, DeleteButton } from '../ui/button.js';
import { formatCount } from '../ui/format.js';
import { IdSelect, ListPage } from '../ui/list-page.js';
import { Ago, Empty, Page, ResourceView, Tabs } from '../ui/page.js';
import { TaskForm } from './task-form.js';
import type { Actor, Run, Task, TaskItem } from '../api/json.js';
import type { Column } from '../ui/table.js';

const COLUMNS: readonly Column<TaskItem>[] = [
    { name: 'Task', isWide: true, cell: ({ id, name, title }) => <a href={`/tasks/${id}`}>{title ?? name}</a> },
    { name: 'Actor', cell: ({ actId, actName }) => <a href={`/actors/${actId}`}>{actName ?? actId}</a> },
    { name: 'Runs', isFigure: true, drop: 1, cell: ({ stats }) => formatCount(stats.totalRuns) },
    { name: 'Updated', drop: 2, cell: ({ modifiedAt }) => <Ago iso={modifiedAt} /> },
    { name: '', isFigure: true, cell: ({ id }) => <RunTaskButton taskId={id} kind="quiet" /> },
];

export function TasksPage() {
    return (
        <ListPage<TaskItem>
            title="Tasks"
            one="task"
            path="/actor-tasks"
            createPath="/tasks/new"
            about="A task is an Actor with its own input and options, to run again and again, or on a schedule."
            columns={() => COLUMNS}
            reloadOn={(event) => event.name === 'run' && event.run.actorTaskId !== undefined}
        />
    );
}

/** Runs a task, and leads to the run. */
function RunTaskButton({ taskId, kind = 'primary' }: { taskId: string; kind?: 'primary' | 'quiet' }) {
    const { route } = useLocation();
    const run = async (): Promise<void> => {
        const { id } = await api<Run>(`/actor-tasks/${taskId}/runs`, { method: 'POST' });
        route(`/runs/${id}`);
    };
    return (
        <Button kind={kind} icon="run" onPress={run}>
            Run
        </Button>
    );
}

/** A task: its input and options, and its runs. */
export function TaskPage({ params }: { params: Record<string, string> }) {
    const id = params['id']!;
    const [query] = useQuery();
    const isRuns = query.get('tab') === 'runs';
    const resource = useResource(`task ${id}`, (signal) => readTask(id, signal));
    const task = resource.value?.task;
    return (
        <Page
            title={task?.title ?? task?.name ?? 'Task'}
            crumbs={[['Tasks', '/tasks']]}
            actions={task && <TaskActions task={task} />}
        >
            <Tabs
                label="Parts of the task"
                current={isRuns ? 'Runs' : 'Input'}
                tabs={[
                    ['Input', `/tasks/${id}`],
                    ['Runs', `/tasks/${id}?tab=runs`, task?.stats.totalRuns],
                ]}
            />
            {isRuns ? (
                <AllRuns
                    path={`/actor-tasks/${id}/runs`}
                    label="Runs of the task"
                    isOf={({ actorTaskId }) => actorTaskId === id}
                    empty={<Empty title="No runs yet" actions={<RunTaskButton taskId={id} />} />}
                />
            ) : (
                <ResourceView resource={resource}>
                    {(found) => <TaskForm key={id} actor={found.actor} task={found.task} onSaved={resource.reload} />}
                </ResourceView>
            )}
        </Page>
    );
}

async function readTask(id: string, signal: AbortSignal): Promise<{ task: Task; actor: Actor }> {
    const task = await api<Task>(`/actor-tasks/${encodeURIComponent(id)}`, { signal });
    return { task, actor: await api<Actor>(`/acts/${task.actId}`, { signal }) };
}

function TaskActions({ task: { id, name } }: { task: Task }) {
    return (
        <>
            <DeleteButton
                path={`/actor-tasks/${id}`}
                what={`task ${name}`}
                explanation="Its runs are kept. Schedules that run the task will fail."
                to="/tasks"
            />
            <ButtonLink to={`/schedules/new?task=${id}`} icon="schedule">
                Add schedule
            </ButtonLink>
            <RunTaskButton taskId={id} />
        </>
    );
}

/** Creates a task. With `?actor=ID`, of that Actor. */
export function NewTaskPage() {
    const [query, change] = useQuery();
    const actorId = query.get('actor') ?? '';
    return (
        <Page title="New task" crumbs={[['Tasks', '/tasks']]}>
            <div class="toolbar">
                <IdSelect label="Actor" path="/acts" value={actorId} onChange={(actor) => change({ actor })} />
            </div>
            {actorId !== '' && <NewTask key={actorId} actorId={actorId} />}
        </Page>
    );
}

function NewTask({ actorId }: { actorId: string }) {
    const { route } = useLocation();
    const actor = useApi<Actor>(`/acts/${actorId}`);
    return (
        <ResourceView resource={actor}>
            {(value) => <TaskForm actor={value} task={undefined} onSaved={({ id }) => route(`/tasks/${id}`)} />}
        </ResourceView>
    );
}

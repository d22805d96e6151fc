import { ActorSelect } from '../actors/actors-page.js';
import { api } from '../api/api.js';
import type { Actor, Task } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import type { PageProps } from '../router/outlet.js';
import { useQuery } from '../router/query.js';
import { navigate, changeQuery } from '../router/router.js';
import { AllRuns } from '../runs/runs-table.js';
import { showDone } from '../state/toasts.js';
import { TaskForm } from './task-form.js';
import { RunTaskButton } from './tasks-page.js';
import { ButtonLink } from '../ui/button.js';
import { ConfirmButton } from '../ui/dialog.js';
import { Empty, Page, Tabs } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';

/** A task: its input and options, and its runs. */
export function TaskPage({ params }: PageProps) {
    const id = params['id']!;
    const isRuns = useQuery().get('tab') === 'runs';
    const resource = useResource(`task ${id}`, (signal) => readTask(id, signal));
    const task = resource.value?.task;
    return (
        <Page
            title={task?.title ?? task?.name ?? 'Task'}
            crumbs={[{ name: 'Tasks', to: '/tasks' }]}
            actions={task && <TaskActions task={task} />}
        >
            <Tabs
                label="Parts of the task"
                current={isRuns ? 'Runs' : 'Input'}
                tabs={[
                    { name: 'Input', to: `/tasks/${id}` },
                    { name: 'Runs', to: `/tasks/${id}?tab=runs`, count: task?.stats.totalRuns },
                ]}
            />
            {isRuns ? (
                <AllRuns
                    path={`/actor-tasks/${id}/runs`}
                    label="Runs of the task"
                    isOf={({ actorTaskId }) => actorTaskId === id}
                    hasActors={false}
                    empty={<Empty title="The task has not run yet" actions={<RunTaskButton taskId={id} />} />}
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

function TaskActions({ task }: { task: Task }) {
    const remove = async (): Promise<void> => {
        await api(`/actor-tasks/${task.id}`, { method: 'DELETE' });
        navigate('/tasks');
        showDone(`Task ${task.name} is deleted.`);
    };
    return (
        <>
            <ConfirmButton
                icon="trash"
                question={`Delete the task ${task.name}?`}
                explanation="Its runs stay. Schedules that run it will find nothing to run."
                verb="Delete"
                onConfirm={remove}
            >
                Delete
            </ConfirmButton>
            <ButtonLink to={`/schedules/new?task=${task.id}`} icon="schedule">
                Schedule
            </ButtonLink>
            <RunTaskButton taskId={task.id} />
        </>
    );
}

/** Makes a task. With `?actor=ID`, of that Actor. */
export function NewTaskPage() {
    const actorId = useQuery().get('actor') ?? '';
    return (
        <Page title="New task" crumbs={[{ name: 'Tasks', to: '/tasks' }]}>
            <div class="toolbar">
                <ActorSelect label="Actor" value={actorId} onChange={(actor) => changeQuery({ actor })} />
            </div>
            {actorId !== '' && <NewTask key={actorId} actorId={actorId} />}
        </Page>
    );
}

function NewTask({ actorId }: { actorId: string }) {
    const actor = useResource(`actor ${actorId}`, (signal) => api<Actor>(`/acts/${actorId}`, { signal }));
    return (
        <ResourceView resource={actor}>
            {(value) => (
                <TaskForm
                    key={actorId}
                    actor={value}
                    task={undefined}
                    onSaved={({ id }: Task) => navigate(`/tasks/${id}`)}
                />
            )}
        </ResourceView>
    );
}

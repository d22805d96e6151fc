import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { TaskForm } from '../tasks/task-form.js';
import { RunTaskButton } from '../tasks/run-task-button.js';
import { ButtonLink } from '../parts/button-link.js';
import { ConfirmButton } from '../parts/confirm.js';
import { Empty } from '../parts/empty.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { AllRuns } from '../runs/all-runs.js';
import { Tabs } from '../parts/tabs.js';
import { useQuery } from '../router/query.js';
import { navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import type { Actor, Task } from '../api/json.js';
import type { JSX } from '../preact.js';
import type { PageProps } from '../router/outlet.js';

/** A task: its input and options, and its runs. */
export function TaskPage({ params }: PageProps): JSX.Element {
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

function TaskActions({ task }: { task: Task }): JSX.Element {
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

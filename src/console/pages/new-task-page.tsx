import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { ActorSelect } from '../actors/actor-select.js';
import { TaskForm } from '../tasks/task-form.js';
import { Page } from '../parts/page.js';
import { ResourceView } from '../parts/resource-view.js';
import { useQuery } from '../router/query.js';
import { changeQuery, navigate } from '../router/router.js';
import type { Actor, Task } from '../api/json.js';
import type { JSX } from '../preact.js';

/** Makes a task. With `?actor=ID`, of that Actor. */
export function NewTaskPage(): JSX.Element {
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

function NewTask({ actorId }: { actorId: string }): JSX.Element {
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

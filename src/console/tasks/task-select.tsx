import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { IdSelect } from '../parts/id-select.js';
import type { Page, TaskItem } from '../api/json.js';
import type { JSX } from '../preact.js';

/** Chooses a task. */
export function TaskSelect(props: { label: string; value: string; onChange: (taskId: string) => void }): JSX.Element {
    const { value: tasks } = useResource('tasks to choose', (signal) =>
        api<Page<TaskItem>>('/actor-tasks', { query: { limit: 1000 }, signal }),
    );
    return <IdSelect {...props} prompt="Choose a task…" choices={tasks?.items} />;
}

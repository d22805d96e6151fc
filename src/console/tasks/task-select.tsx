import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import type { Page, TaskItem } from '../api/json.js';
import type { JSX } from '../preact.js';

/** Chooses a task. */
export function TaskSelect({
    label,
    id,
    value,
    onChange,
}: {
    label: string;
    id?: string;
    value: string;
    onChange: (taskId: string) => void;
}): JSX.Element {
    const { value: tasks } = useResource('tasks to choose', (signal) =>
        api<Page<TaskItem>>('/actor-tasks', { query: { limit: 1000 }, signal }),
    );
    return (
        <select
            id={id}
            aria-label={label}
            value={value}
            onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
            <option value="">Choose a task…</option>
            {tasks?.items.map((task) => (
                <option key={task.id} value={task.id}>
                    {task.title ?? task.name}
                </option>
            ))}
        </select>
    );
}

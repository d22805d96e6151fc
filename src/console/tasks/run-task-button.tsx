import { api } from '../api/api.js';
import { Button } from '../parts/button.js';
import { navigate } from '../router/router.js';
import type { Run } from '../api/json.js';
import type { JSX } from '../preact.js';

/** Runs a task, and leads to the run. */
export function RunTaskButton({ taskId, isQuiet = false }: { taskId: string; isQuiet?: boolean }): JSX.Element {
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

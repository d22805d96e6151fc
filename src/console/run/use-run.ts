import { api } from '../api/api.js';
import { useResource, type Resource } from '../api/use-resource.js';
import { useLive } from '../live/live.js';
import { useUsage } from '../live/use-usage.js';
import { useEffect } from '../preact.js';
import { hasEnded } from './run-status.js';
import type { Run } from '../api/json.js';
import type { UsageSample } from '../../util/usage-series.js';

/** A run, live, and what it has used over time. */
export function useRun(id: string): { run: Resource<Run>; samples: readonly UsageSample[] } {
    const run = useResource(`run ${id}`, (signal) => api<Run>(`/actor-runs/${encodeURIComponent(id)}`, { signal }));
    const samples = useUsage(id);
    useLive({
        event(event) {
            if (event.name === 'run' && event.run.id === id) run.replace(event.run);
        },
    });
    // The engine tells what a run uses as it goes on; that is when its figures are worth another look.
    useEffect(() => {
        if (samples.length > 0 && run.value !== undefined && !hasEnded(run.value)) run.reload();
    }, [samples]);
    return { run, samples };
}

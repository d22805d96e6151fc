import { api } from '../api/api.js';
import { useResource, type Resource } from '../api/use-resource.js';
import { useLive } from '../live/live.js';
import { useUsage } from '../live/use-usage.js';
import { useCallback, useEffect, useRef } from '../preact.js';
import { hasEnded, laterOf } from './run-status.js';
import type { Run } from '../api/json.js';
import type { UsageSample } from '../../util/usage-series.js';

/** A run, live, and what it has used over time. */
export function useRun(id: string): { run: Resource<Run>; samples: readonly UsageSample[] } {
    const read = useResource(`run ${id}`, (signal) => api<Run>(`/actor-runs/${encodeURIComponent(id)}`, { signal }));
    const samples = useUsage(id);
    const told = useRef<Run | undefined>(undefined);
    const replace = useCallback(
        (run: Run): void => {
            told.current = run;
            read.replace(run);
        },
        [read.replace],
    );
    useLive({
        event(event) {
            if (event.name === 'run' && event.run.id === id) replace(event.run);
        },
    });
    const value = laterOf(read.value, told.current);
    // The engine tells what a run uses as it goes on; that is when its figures are worth another look.
    useEffect(() => {
        if (samples.length > 0 && value !== undefined && !hasEnded(value)) read.reload();
    }, [samples]);
    return { run: { ...read, value, replace }, samples };
}

import { useEffect, useRef, useState } from '../preact.js';
import { useValue } from '../state/value.js';
import { connection } from './live.js';
import { UsageSeries, type UsageSample } from '../../util/usage-series.js';

/** What a run has used over time, oldest first, and goes on using. Empty for a run that nobody has measured here. */
export function useUsage(runId: string): readonly UsageSample[] {
    const current = useValue(connection);
    const [samples, setSamples] = useState<readonly UsageSample[]>([]);
    const series = useRef(new UsageSeries());
    useEffect(() => {
        if (current === undefined) return undefined;
        const follow = (): void => current.send({ type: 'follow-usage', id: runId });
        const stop = current.listen({
            opened: follow,
            message(message) {
                if (message.type !== 'usage' || message.id !== runId) return;
                const { samples: added, isWhole } = message;
                if (isWhole) series.current = new UsageSeries();
                for (const sample of added) series.current.add(sample);
                setSamples(series.current.points());
            },
        });
        follow();
        return () => {
            stop();
            current.send({ type: 'unfollow-usage', id: runId });
        };
    }, [current, runId]);
    return samples;
}

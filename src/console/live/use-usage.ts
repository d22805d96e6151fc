import { useEffect, useRef, useState } from 'preact/hooks';
import { UsageSeries, type UsageSample } from '../../util/usage-series.js';
import { connection } from './live.js';

/** Returns what a run has used over time, oldest first, and goes on with it. Empty for a run that was not measured here. */
export function useUsage(runId: string): readonly UsageSample[] {
    const current = connection.value;
    const [samples, setSamples] = useState<readonly UsageSample[]>([]);
    const series = useRef(new UsageSeries());
    useEffect(() => {
        const follow = (): void => current?.send({ type: 'follow-usage', id: runId });
        const stop = current?.listen((message) => {
            if (message.type === 'opened') follow();
            if (message.type !== 'usage' || message.id !== runId) return;
            if (message.isWhole) series.current = new UsageSeries();
            for (const sample of message.samples) series.current.add(sample);
            setSamples(series.current.points());
        });
        follow();
        return () => {
            stop?.();
            current?.send({ type: 'unfollow-usage', id: runId });
        };
    }, [current, runId]);
    return samples;
}

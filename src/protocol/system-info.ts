import type { ResourceUsage, SystemEvent } from './messages.js';

/** Crawlee calls a processor overloaded above this share. */
const OVERLOADED_SHARE = 0.95;
const MICROS_PER_PERCENT = 10;

/** The usage reported last, from which the next figures are counted. */
export type ReportedUsage = Pick<ResourceUsage, 'elapsedMillis' | 'cpuMicros'>;

/** No usage has been reported yet. */
export const NO_REPORTED_USAGE: ReportedUsage = { elapsedMillis: 0, cpuMicros: 0 };

/** The `systemInfo` event: resource usage of a run, for the Actor and for listeners. */
export type SystemInfo = Extract<SystemEvent, { name: 'systemInfo' }>;

/**
 * Creates the system event for a run's usage.
 *
 * @param previous - Usage at the previous event.
 * @param load - Processor load of the machine, 0 to 1.
 */
export function createSystemInfo(
    { elapsedMillis, cpuMicros, memoryBytes }: ResourceUsage,
    previous: ReportedUsage,
    load: number,
): SystemInfo {
    // A restarted run counts from zero again.
    const base = elapsedMillis <= previous.elapsedMillis ? NO_REPORTED_USAGE : previous;
    const millis = elapsedMillis - base.elapsedMillis;
    const percent = millis === 0 ? 0 : (cpuMicros - base.cpuMicros) / millis / MICROS_PER_PERCENT;
    return {
        name: 'systemInfo',
        memCurrentBytes: memoryBytes,
        cpuCurrentUsage: Math.min(Math.max(percent, 0), 100),
        isCpuOverloaded: load > OVERLOADED_SHARE,
        createdAt: new Date().toISOString(),
    };
}

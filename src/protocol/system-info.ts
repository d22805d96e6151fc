import type { ResourceUsage, SystemEvent } from './messages.js';

/** From here on Crawlee itself calls a processor overloaded. */
const OVERLOADED_SHARE = 0.95;
const MICROS_PER_PERCENT = 10;

/** What was told last, from which the next figures are counted. */
export type ReportedUsage = Pick<ResourceUsage, 'elapsedMillis' | 'cpuMicros'>;

/** Nothing yet. */
export const NO_REPORTED_USAGE: ReportedUsage = { elapsedMillis: 0, cpuMicros: 0 };

/** What an Actor, or who listens to its run, is to know of what the run uses. */
export type SystemInfo = Extract<SystemEvent, { name: 'systemInfo' }>;

/**
 * The system event for what a run uses.
 *
 * @param load - How busy the processors of the machine are, 0 to 1.
 */
export function createSystemInfo(
    { elapsedMillis, cpuMicros, memoryBytes }: ResourceUsage,
    previous: ReportedUsage,
    load: number,
): SystemInfo {
    // A run that was started anew counts from nothing again.
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

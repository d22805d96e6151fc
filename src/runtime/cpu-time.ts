import { openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Linux counts in hundredths of a second, whatever its kernel really does, and leaves out what has only begun. */
const MICROS_PER_TICK = 10_000;

/** What versions of Node from 22.19 and 23.9 on have. */
const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };

/** Gives microseconds of processor time; only the difference between two of them means something. */
type ReadMicros = () => number;

let ticks: ReadMicros | undefined;

/**
 * Measures the processor time of this thread; not that of threads that help it, as V8's do to collect garbage.
 *
 * @returns Gives the microseconds since this call.
 */
export function measureCpuTime(): () => number {
    const read = cpuReader();
    const start = read();
    return () => read() - start;
}

function cpuReader(): ReadMicros {
    if (threadCpuUsage !== undefined) {
        return () => {
            const { user, system } = threadCpuUsage.call(process);
            return user + system;
        };
    }
    ticks ??= openTicks();
    const { active } = performance.eventLoopUtilization();
    const firstTicks = ticks();
    // Both are too much now and then: the one where the thread waits in a call that blocks, the other in a short run.
    return () => {
        const activeMicros = (performance.eventLoopUtilization().active - active) * 1_000;
        return Math.round(Math.min(activeMicros, ticks!() - firstTicks + MICROS_PER_TICK));
    };
}

/** What Linux has counted for this thread; nothing at all elsewhere, where the activity of the event loop has to do. */
function openTicks(): ReadMicros {
    const file = openIfThere('/proc/thread-self/stat');
    const bytes = Buffer.alloc(1_024);
    return () => {
        if (file === undefined) return Infinity;
        const text = bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0));
        // The name of the program, in brackets, may have spaces in it.
        const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
        return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
    };
}

/** It stays open: to open it takes longer than all else. Node closes it with the thread. */
function openIfThere(path: string): number | undefined {
    try {
        return openSync(path, 'r');
    } catch {
        return undefined;
    }
}

import { openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { statFields } from '../util/system.js';

/*
 * The processor time of this thread; not that of threads that help it, as V8's do to collect garbage. Node tells it from 22.19 and
 * 23.9 on. Before, the lesser of two numbers counts, which are both too much now and then: the time in which the event loop was not
 * idle, where the thread waits in a call that blocks; and what the kernel counts, in hundredths of a second and a while later.
 */

const MICROS_PER_TICK = 10_000;

const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };

type ReadMicros = () => number;

let readTicks: ReadMicros | undefined;

/** Measures from now on; what is returned gives the microseconds since. */
export function measureCpuTime(): ReadMicros {
    if (threadCpuUsage !== undefined) {
        return since(() => {
            const { user, system } = threadCpuUsage.call(process);
            return user + system;
        });
    }
    const active = since(activeMicros);
    const counted = since((readTicks ??= openTicks()));
    return () => Math.min(active(), counted() + MICROS_PER_TICK);
}

function since(read: ReadMicros): ReadMicros {
    const before = read();
    return () => read() - before;
}

function activeMicros(): number {
    return Math.round(performance.eventLoopUtilization().active * 1_000);
}

/** What Linux counts for this thread; elsewhere no less than the event loop does. */
function openTicks(): ReadMicros {
    const file = openIfThere('/proc/thread-self/stat');
    if (file === undefined) return activeMicros;
    const bytes = Buffer.alloc(1_024);
    return () => {
        const fields = statFields(bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0)));
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

import { openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { statFields } from '../../util/system.js';

/*
 * The processor time of this thread; not that of threads that help it, as V8's do to collect garbage.
 *
 * Node tells it from 22.19 and 23.9 on. Before, there are two numbers that are both too much now and then, of which the
 * lesser is taken: the time in which the event loop was not idle, where the thread waits in a call that blocks; and what
 * the kernel counts, which does so in hundredths of a second and takes a while to say it, for a run that is short.
 */

const MICROS_PER_TICK = 10_000;
/** For runs up to so long, nobody asks the kernel. */
const SHORT_RUN_MILLIS = 100;

const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
const now = performance.now.bind(performance);

type ReadMicros = () => number;

/** What the kernel has said, and what the event loop had done by then. */
interface KernelTime {
    micros: number;
    activeMicros: number;
}

let readTicks: ReadMicros | undefined;
let lastKernelTime: KernelTime | undefined;

/** Measures from now on; what is returned gives the microseconds since. */
export function measureCpuTime(): ReadMicros {
    if (threadCpuUsage !== undefined) return measureByNode(() => threadCpuUsage.call(process));
    readTicks ??= openTickReader();
    const start = now();
    const activeBefore = activeMicros();
    lastKernelTime ??= readKernelTime(readTicks);
    // Since then the thread has been at rest, or had short runs.
    const microsBefore = lastKernelTime.micros + (activeBefore - lastKernelTime.activeMicros);
    return () => {
        const active = activeMicros() - activeBefore;
        if (now() - start < SHORT_RUN_MILLIS) return active;
        lastKernelTime = readKernelTime(readTicks!);
        return Math.min(active, Math.max(lastKernelTime.micros - microsBefore, 0) + MICROS_PER_TICK);
    };
}

function measureByNode(read: () => { user: number; system: number }): ReadMicros {
    const before = read();
    return () => {
        const { user, system } = read();
        return user - before.user + system - before.system;
    };
}

function activeMicros(): number {
    return Math.round(performance.eventLoopUtilization().active * 1_000);
}

function readKernelTime(readTicks: ReadMicros): KernelTime {
    return { micros: readTicks(), activeMicros: activeMicros() };
}

/** What Linux counts for this thread; elsewhere no less than the event loop does. */
function openTickReader(): ReadMicros {
    const file = openIfExists('/proc/thread-self/stat');
    if (file === undefined) return activeMicros;
    const bytes = Buffer.alloc(1_024);
    return () => {
        const fields = statFields(bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0)));
        return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
    };
}

/** It stays open: to open it takes longer than all else. Node closes it with the thread. */
function openIfExists(path: string): number | undefined {
    try {
        return openSync(path, 'r');
    } catch {
        return undefined;
    }
}

import { openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseProcStat } from '../../util/system.js';

/*
 * Processor time of this thread, without V8's helper threads such as those that collect garbage.
 *
 * Node reports it from 22.19 and 23.9 on. Earlier versions have two figures that are each too high at times, so the
 * lower one counts: the time in which the event loop was not idle, which includes blocking calls; and the kernel's
 * figure, which has a resolution of 10 ms and lags behind for short runs.
 */

const MICROS_PER_TICK = 10_000;
/** Shorter runs do not ask the kernel. */
const SHORT_RUN_MILLIS = 100;

const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
const now = performance.now.bind(performance);

type ReadMicros = () => number;

/** The kernel's figure, and the active time of the event loop at that moment. */
interface KernelTime {
    micros: number;
    activeMicros: number;
}

let readTicks: ReadMicros | undefined;
let lastKernelTime: KernelTime | undefined;

/** Starts a measurement; returns a function that reads the microseconds since. */
export function measureCpuTime(): ReadMicros {
    if (threadCpuUsage !== undefined) return measureByNode(() => threadCpuUsage.call(process));
    readTicks ??= openTickReader();
    const start = now();
    const activeBefore = activeMicros();
    lastKernelTime ??= readKernelTime(readTicks);
    // Since then the thread has been idle or had short runs.
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

/** Reads the kernel's figure on Linux; on other systems, the active time of the event loop. */
function openTickReader(): ReadMicros {
    const file = openIfExists('/proc/thread-self/stat');
    if (file === undefined) return activeMicros;
    const bytes = Buffer.alloc(1_024);
    return () => {
        const fields = parseProcStat(bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0)));
        return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
    };
}

/** The file stays open, since opening it takes longest. Node closes it with the thread. */
function openIfExists(path: string): number | undefined {
    try {
        return openSync(path, 'r');
    } catch {
        return undefined;
    }
}

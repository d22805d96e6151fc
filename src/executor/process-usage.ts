import { readFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';
import type { ExecutionUsage } from './executor.js';

const POLL_MILLIS = 50;
const POLLS_PER_REPORT = 20;
/** Linux counts the processor time of a process in hundredths of a second, whatever its kernel really does. */
const MICROS_PER_TICK = 10_000;

/** Who wants to know what a process uses. */
export interface ProcessUsageListener {
    limitBytes: number;
    report(usage: ExecutionUsage): void;
    /** Called once, when more memory is used than may be. */
    exceed(): void;
}

/**
 * Watches what a process uses, from outside: it is seen whatever the process is busy with. Only Linux tells; elsewhere
 * what the process says of itself has to do.
 */
export class ProcessUsage {
    static readonly isSeen = process.platform === 'linux';
    #peakBytes = 0;
    #cpuMicros = 0;
    #timer: NodeJS.Timeout | undefined;

    watch(pid: number, listener: ProcessUsageListener): void {
        if (!ProcessUsage.isSeen) return;
        let polls = 0;
        const poll = (): void => {
            const usage = readUsage(pid);
            if (usage === undefined) return this.stop();
            this.#peakBytes = Math.max(this.#peakBytes, usage.memoryBytes);
            this.#cpuMicros = usage.cpuMicros;
            const isExceeded = usage.memoryBytes > listener.limitBytes;
            if (isExceeded || polls++ % POLLS_PER_REPORT === 0) listener.report(usage);
            if (!isExceeded) return undefined;
            this.stop();
            return listener.exceed();
        };
        this.#timer = setInterval(poll, POLL_MILLIS).unref();
        poll();
    }

    stop(): void {
        clearInterval(this.#timer);
    }

    /** The processor time that was seen last. */
    get cpuMicros(): number {
        return this.#cpuMicros;
    }

    /** The most memory that was seen. */
    get peakBytes(): number {
        return this.#peakBytes;
    }
}

/**
 * What a process has used by now; undefined for one that is gone. Its memory is what it has for itself: without the files
 * that it has mapped, which the kernel can take back, and which count for no container.
 */
function readUsage(pid: number): ExecutionUsage | undefined {
    try {
        const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
        // The name of the program, in brackets, may have spaces in it.
        const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(/\) (?=\S )/);
        const [userTicks, systemTicks] = fields.split(' ').slice(11, 13).map(Number);
        if (kilobytes === undefined || userTicks === undefined || systemTicks === undefined) return undefined;
        return { memoryBytes: Number(kilobytes) * 1024, cpuMicros: (userTicks + systemTicks) * MICROS_PER_TICK };
    } catch {
        return undefined;
    }
}

import { readFileSync } from 'node:fs';
import type { CpuInfo } from 'node:os';

/**
 * Tells how busy the processors of the machine are. All runs share them: one that has only its own use in view would take
 * on more work where there is nothing left to do it with.
 *
 * @returns Gives the share, 0 to 1, of the time since it was last called; 0 at the first call.
 */
export function createCpuLoadSampler(): () => number {
    let last: { idle: number; total: number } | undefined;
    return () => {
        const now = sum(process.getBuiltinModule('node:os').cpus());
        const total = now.total - (last?.total ?? now.total);
        const idle = now.idle - (last?.idle ?? now.idle);
        last = now;
        return total === 0 ? 0 : 1 - idle / total;
    };
}

function sum(processors: readonly CpuInfo[]): { idle: number; total: number } {
    const all = processors.flatMap(({ times }) => Object.values(times));
    const idle = processors.map(({ times }) => times.idle);
    return { idle: add(idle), total: add(all) };
}

function add(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}

/**
 * When a process began, in ticks since the boot of the machine, by Linux's `/proc`; undefined elsewhere, and for one that is
 * not there. A process is another one than before if this differs: ids are given again, also as those of threads.
 */
export function readProcessStartTime(pid: number): string | undefined {
    return readProcStat(String(pid))?.[19];
}

/** Whether all that is left of a process is that its parent has not taken note of its end; by Linux's `/proc`, false elsewhere. */
export function isZombie(pid: number): boolean {
    const stat = readProcStat(String(pid));
    // A thread of it may still be at work in the system: then it has not ended.
    return stat?.[0] === 'Z' && Number(stat[17]) <= 1;
}

/** Returns what Linux's `/proc` says of a process, or of a thread as `self/task/ID`, from its state on; undefined for one that is gone. */
export function readProcStat(name: string): string[] | undefined {
    try {
        return parseProcStat(readFileSync(`/proc/${name}/stat`, 'latin1'));
    } catch {
        return undefined;
    }
}

/** The fields of a `stat` file, from the state on. */
export function parseProcStat(stat: string): string[] {
    // The name of the program comes second, in parentheses, and may have spaces and parentheses in it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

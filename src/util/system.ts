import { readFileSync } from 'node:fs';
import type { CpuInfo } from 'node:os';

/**
 * Creates a sampler of the CPU load of the machine. All runs share the processors: a run that measured only its own use would
 * scale up although no capacity is left.
 *
 * @returns A function that returns the load since its last call, from 0 to 1; 0 on the first call.
 */
export function createCpuLoadSampler(): () => number {
    let last: { idle: number; total: number } | undefined;
    return () => {
        const now = sumTimes(process.getBuiltinModule('node:os').cpus());
        const total = now.total - (last?.total ?? now.total);
        const idle = now.idle - (last?.idle ?? now.idle);
        last = now;
        return total === 0 ? 0 : 1 - idle / total;
    };
}

function sumTimes(cpus: readonly CpuInfo[]): { idle: number; total: number } {
    const all = cpus.flatMap(({ times }) => Object.values(times));
    const idle = cpus.map(({ times }) => times.idle);
    return { idle: sum(idle), total: sum(all) };
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Returns the start time of a process in clock ticks since boot, from Linux's `/proc`; undefined on other systems, or if the
 * process does not exist. It tells processes apart whose id the system reused, also for a thread.
 */
export function readProcessStartTime(pid: number): string | undefined {
    return readProcStat(String(pid))?.[19];
}

/** True if a process has exited and its parent has not reaped it, from Linux's `/proc`; false on other systems. */
export function isZombie(pid: number): boolean {
    const stat = readProcStat(String(pid));
    // The main thread has exited, but others may still run in the kernel.
    return stat?.[0] === 'Z' && Number(stat[17]) <= 1;
}

/**
 * Reads the `stat` fields of a process, or of a thread as `self/task/ID`, from Linux's `/proc`, starting with its state. Returns
 * undefined if it does not exist.
 */
export function readProcStat(name: string): string[] | undefined {
    try {
        return parseProcStat(readFileSync(`/proc/${name}/stat`, 'latin1'));
    } catch {
        return undefined;
    }
}

/** Parses a `stat` file. Returns its fields, starting with the state. */
export function parseProcStat(stat: string): string[] {
    // The second field is the program name in parentheses, which may itself contain spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

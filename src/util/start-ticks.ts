import { readFileSync } from 'node:fs';

/**
 * When a process began, in ticks since the boot of the machine, by Linux's `/proc`; undefined elsewhere, and for one that is
 * not there. A process is another one than before if this differs: ids are given again, also as those of threads.
 */
export function startTicks(pid: number): string | undefined {
    return statOf(pid)?.[19];
}

/** Whether all that is left of a process is that its parent has not taken note of its end; by Linux's `/proc`, false elsewhere. */
export function isZombie(pid: number): boolean {
    const stat = statOf(pid);
    // A thread of it may still be at work in the system: then it has not ended.
    return stat?.[0] === 'Z' && Number(stat[17]) <= 1;
}

/** What `/proc` says of a process, from its state on. */
function statOf(pid: number): string[] | undefined {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        // The name of the program comes second, in parentheses, and may have spaces and parentheses in it.
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    } catch {
        return undefined;
    }
}

import { readFileSync } from 'node:fs';

/**
 * When a process began, in ticks since the boot of the machine, by Linux's `/proc`; undefined elsewhere, and for one that is
 * not there. A process is another one than before if this differs: ids are given again, also as those of threads.
 */
export function startTicks(pid: number): string | undefined {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        // The name of the program comes second, in parentheses, and may have spaces and parentheses in it.
        return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    } catch {
        return undefined;
    }
}

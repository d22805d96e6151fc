import { readdirSync, readFileSync } from 'node:fs';

/** The environment variable that marks processes. Child processes of an Actor inherit it. */
export const MARK = 'GREENROOM_TEST_MARK';

/**
 * Finds the running processes with this variable, and their descendants. Linux only. Zombies do not count.
 */
export function markedProcesses(mark: string): number[] {
    const parents = new Map(
        readdirSync('/proc')
            .filter((name) => /^\d+$/.test(name))
            .map(Number)
            .map((pid) => [pid, parentOf(pid)] as const)
            .filter((entry): entry is [number, number] => entry[1] !== undefined),
    );
    const found = [...parents.keys()].filter((pid) => read(pid, 'environ').split('\0').includes(`${MARK}=${mark}`));
    // Browsers overwrite the environment of their child processes.
    for (const pid of found) {
        for (const [child, parent] of parents) if (parent === pid && !found.includes(child)) found.push(child);
    }
    return found;
}

/** Returns undefined for a process that is not running. */
export function parentOf(pid: number): number | undefined {
    // The name before may contain spaces and parentheses.
    const [, state, parent] = /\) (\w) (\d+) [^)]*$/.exec(read(pid, 'stat')) ?? [];
    return parent === undefined || state === 'Z' || state === 'X' ? undefined : Number(parent);
}

function read(pid: number, file: string): string {
    try {
        return readFileSync(`/proc/${pid}/${file}`, 'latin1');
    } catch {
        // Exited, or owned by another user.
        return '';
    }
}

import { readdirSync, readFileSync } from 'node:fs';

/** Names an environment variable that processes are found by, as those inherit it that an Actor starts. */
export const MARK = 'GREENROOM_TEST_MARK';

/**
 * The processes that are alive with such a variable, and all that these have started. Linux only. Those that have ended,
 * and that nobody has taken note of, do not count.
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
    // Browsers write over the environment of those that they fork.
    for (const pid of found) {
        for (const [child, parent] of parents) if (parent === pid && !found.includes(child)) found.push(child);
    }
    return found;
}

/** Undefined for one that is not alive. */
export function parentOf(pid: number): number | undefined {
    // The name before may have spaces and brackets in it.
    const [, state, parent] = /\) (\w) (\d+) [^)]*$/.exec(read(pid, 'stat')) ?? [];
    return parent === undefined || state === 'Z' || state === 'X' ? undefined : Number(parent);
}

function read(pid: number, file: string): string {
    try {
        return readFileSync(`/proc/${pid}/${file}`, 'latin1');
    } catch {
        // Gone meanwhile, or another user's.
        return '';
    }
}

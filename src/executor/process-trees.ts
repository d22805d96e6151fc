import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Ends processes, and all that they have started, at once. Never rejects: those that are gone already are what was wanted.
 */
export async function killProcessTrees(pids: readonly number[]): Promise<void> {
    if (pids.length === 0) return;
    if (process.platform === 'win32') {
        await Promise.all(pids.map((pid) => run('taskkill', ['/pid', String(pid), '/t', '/f']).catch(() => {})));
        return;
    }
    const parents = await listParents();
    // From the leaves up, so that nobody is left whose parent is no longer to be found.
    for (const pid of descendantsOf(pids, parents).toReversed()) {
        // Browsers are started as the first of a group of their own.
        if (!kill(-pid)) kill(pid);
    }
}

const run = promisify(execFile);

/** Parent by child, of all processes of the machine; without `ps`, of none. */
async function listParents(): Promise<Map<number, number>> {
    const list = await run('ps', ['-A', '-o', 'pid=,ppid=']).catch(() => ({ stdout: '' }));
    const pairs = list.stdout
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number));
    return new Map(pairs.filter((pair): pair is [number, number] => pair.length === 2));
}

function descendantsOf(roots: readonly number[], parents: ReadonlyMap<number, number>): number[] {
    const found = [...roots];
    for (const root of found) {
        for (const [child, parent] of parents) if (parent === root && !found.includes(child)) found.push(child);
    }
    return found;
}

function kill(pid: number): boolean {
    try {
        return process.kill(pid, 'SIGKILL');
    } catch {
        return false;
    }
}

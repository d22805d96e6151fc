import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** The variable by which the processes of a build are known, as those of a run are by the id of the run. */
export const BUILD_MARK = 'GREENROOM_BUILD_ID';

/** All processes of the machine, as `ps` lists them: each with its parent. */
const LIST = ['-A', '-o', 'pid=,ppid='];

/**
 * Ends processes, and all that they have started, at once. Never rejects: those that are gone already are what was wanted.
 *
 * @param jobId - On Linux, whatever has the environment of this run or build is ended too: a process that has left its
 * parent, as one that is started with `&` in a shell, is found by nothing else.
 */
export async function killProcessTrees(pids: readonly number[], jobId: string): Promise<void> {
    const roots = [...pids, ...processesOf(jobId)];
    if (roots.length === 0) return;
    if (process.platform === 'win32') {
        await Promise.all(roots.map((pid) => run('taskkill', taskkill(pid)).catch(() => {})));
        return;
    }
    const { stdout } = await run('ps', LIST).catch(() => ({ stdout: '' }));
    killFromTheLeaves(roots, stdout);
}

/** As {@link killProcessTrees}, for a host that is about to end and can wait for nothing. */
export function killProcessTreesSync(pids: readonly number[], jobId: string): void {
    const roots = [...pids, ...processesOf(jobId)];
    if (roots.length === 0) return;
    if (process.platform === 'win32') for (const pid of roots) spawnSync('taskkill', taskkill(pid));
    else killFromTheLeaves(roots, spawnSync('ps', LIST, { encoding: 'utf8' }).stdout);
}

const run = promisify(execFile);

function taskkill(pid: number): string[] {
    return ['/pid', String(pid), '/t', '/f'];
}

/**
 * From the leaves up, so that nobody is left whose parent is no longer to be found.
 *
 * A process that is not on the list has ended, and its id may be another one's by now, be it that of a thread: Linux takes
 * such an id for that of the process which the thread belongs to. Its group may still be there.
 */
function killFromTheLeaves(roots: readonly number[], list: string): void {
    const parents = parentsIn(list);
    for (const pid of descendantsOf(roots, parents).toReversed()) {
        if (pid === process.pid) continue;
        const isThere = parents.size === 0 || parents.has(pid);
        // Browsers are started as the first of a group of their own.
        if (!kill(-pid) && isThere) kill(pid);
    }
}

/** Parent by child; without a list, of none. */
function parentsIn(list: string): Map<number, number> {
    const pairs = list
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

/** The processes that were started with the environment of a run or a build. Only Linux tells. */
function processesOf(jobId: string): number[] {
    if (process.platform !== 'linux') return [];
    const marks = [`ACTOR_RUN_ID=${jobId}`, `${BUILD_MARK}=${jobId}`];
    return namesIn('/proc')
        .map(Number)
        .filter((pid) => pid > 0 && pid !== process.pid && isMarked(environmentOf(pid), marks));
}

/** None where too many files are open to look. */
function namesIn(folder: string): string[] {
    try {
        return readdirSync(folder);
    } catch {
        return [];
    }
}

function isMarked(environment: readonly string[], marks: readonly string[]): boolean {
    return marks.some((mark) => environment.includes(mark));
}

function environmentOf(pid: number): string[] {
    try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    } catch {
        // Gone meanwhile, or another user's.
        return [];
    }
}

function kill(pid: number): boolean {
    try {
        return process.kill(pid, 'SIGKILL');
    } catch {
        return false;
    }
}

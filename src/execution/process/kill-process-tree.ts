import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** The environment variable that marks the processes of a build. Those of a run have `ACTOR_RUN_ID`. */
export const BUILD_MARK = 'GREENROOM_BUILD_ID';

/** Arguments with which `ps` lists all processes of the machine with their parents. */
const PS_ARGUMENTS = ['-A', '-o', 'pid=,ppid='];

/**
 * Kills processes and their descendants. Never rejects; ignores processes that have already exited.
 *
 * @param jobId - Id of the run or build. On Linux, all processes with its environment are killed too: nothing else finds a
 * process that is detached from its parent, for instance by `&` in a shell.
 */
export async function killProcessTrees(pids: readonly number[], jobId: string): Promise<void> {
    const roots = [...pids, ...findProcessesOfJob(jobId)];
    if (roots.length === 0) return;
    if (process.platform === 'win32') {
        await Promise.all(roots.map((pid) => runFile('taskkill', taskkillArguments(pid)).catch(() => {})));
        return;
    }
    const { stdout } = await runFile('ps', PS_ARGUMENTS).catch(() => ({ stdout: '' }));
    killLeavesFirst(roots, stdout);
}

/** Like {@link killProcessTrees}, but synchronous, for a host that is exiting. */
export function killProcessTreesSync(pids: readonly number[], jobId: string): void {
    const roots = [...pids, ...findProcessesOfJob(jobId)];
    if (roots.length === 0) return;
    if (process.platform === 'win32') for (const pid of roots) spawnSync('taskkill', taskkillArguments(pid));
    else killLeavesFirst(roots, spawnSync('ps', PS_ARGUMENTS, { encoding: 'utf8' }).stdout);
}

const runFile = promisify(execFile);

function taskkillArguments(pid: number): string[] {
    return ['/pid', String(pid), '/t', '/f'];
}

/**
 * Kills descendants before their parents, so that no process is left whose parent is unknown.
 *
 * A process that is not on the list has exited, and its id may have been reused, even for a thread: Linux would kill the
 * process of that thread. The process group may still exist.
 */
function killLeavesFirst(roots: readonly number[], list: string): void {
    const parents = parseParents(list);
    for (const pid of findDescendants(roots, parents).toReversed()) {
        if (pid === process.pid) continue;
        const exists = parents.size === 0 || parents.has(pid);
        // Browsers are leaders of their own process group.
        if (!kill(-pid) && exists) kill(pid);
    }
}

/** Parses the output of `ps` to a map from process to parent; empty without output. */
function parseParents(list: string): Map<number, number> {
    const pairs = list
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number));
    return new Map(pairs.filter((pair): pair is [number, number] => pair.length === 2));
}

function findDescendants(roots: readonly number[], parents: ReadonlyMap<number, number>): number[] {
    const found = [...roots];
    for (const root of found) {
        for (const [child, parent] of parents) if (parent === root && !found.includes(child)) found.push(child);
    }
    return found;
}

/** Finds the processes with the environment of a run or build. Linux only. */
function findProcessesOfJob(jobId: string): number[] {
    if (process.platform !== 'linux') return [];
    const marks = [`ACTOR_RUN_ID=${jobId}`, `${BUILD_MARK}=${jobId}`];
    return listNames('/proc')
        .map(Number)
        .filter((pid) => pid > 0 && pid !== process.pid && hasMark(readEnvironment(pid), marks));
}

/** Returns the names in a folder; none if it cannot be read, for instance because too many files are open. */
function listNames(folder: string): string[] {
    try {
        return readdirSync(folder);
    } catch {
        return [];
    }
}

function hasMark(environment: readonly string[], marks: readonly string[]): boolean {
    return marks.some((mark) => environment.includes(mark));
}

function readEnvironment(pid: number): string[] {
    try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    } catch {
        // Exited, or owned by another user.
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

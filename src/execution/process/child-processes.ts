import { readFileSync } from 'node:fs';
import { within } from '../../util/clock.js';
import { unregisterChild, registerChild } from './orphan-reaper.js';
import { killProcessTrees, killProcessTreesSync } from './kill-process-tree.js';

/** Milliseconds that a thread has to notice that its child processes have ended. */
const NOTICE_MILLIS = 250;

/** The child processes of a run or a build, with their descendants. */
export class ChildProcesses {
    /** The kernel's id of the parent thread; Linux lists child processes by thread. */
    kernelId: number | undefined;
    readonly #runId: string;
    readonly #pids = new Set<number>();
    #hasSpawned = false;
    #onEmpty: () => void = () => {};

    /** @param runId - Finds processes with the run's environment whose parent has ended. */
    constructor(runId: string) {
        this.#runId = runId;
    }

    /** Adds a child process. Without an id, only records that a process was started. */
    add(pid: number | undefined): void {
        this.#hasSpawned = true;
        // An Actor can report any id: ignore those that must not be killed with the run.
        if (pid === undefined || pid <= 1 || pid === process.pid) return;
        this.#pids.add(pid);
        registerChild(pid);
    }

    remove(pid: number): void {
        this.#pids.delete(pid);
        unregisterChild(pid);
        if (this.#pids.size === 0) this.#onEmpty();
    }

    /**
     * Returns the processes that the thread waits for, for instance in `spawnSync`. The thread cannot report them while it is
     * blocked, but Linux lists them. Empty on other systems.
     */
    blockingChildren(): number[] {
        if (this.kernelId === undefined) return [];
        try {
            const list = readFileSync(`/proc/self/task/${this.kernelId}/children`, 'latin1');
            const pids = list.split(' ').map(Number);
            return pids.filter((pid) => pid > 0 && !this.#pids.has(pid));
        } catch {
            // The thread has ended, or the kernel was built without this list.
            return [];
        }
    }

    /** Kills all child processes with their descendants. */
    async kill(): Promise<void> {
        // Most Actors start none: skip reading the kernel's list.
        if (this.#hasSpawned) await this.#killAll(this.blockingChildren());
    }

    /** Kills the processes that the thread waits for, if any, with all others. */
    async killBlockingChildren(): Promise<void> {
        const pids = this.blockingChildren();
        if (pids.length > 0) await this.#killAll(pids);
    }

    async #killAll(unreported: readonly number[]): Promise<void> {
        await killProcessTrees([...this.#pids, ...unreported], this.#runId);
        for (const pid of this.#pids) unregisterChild(pid);
    }

    /** Like {@link ChildProcesses.kill}, but synchronous, for a host that is exiting. */
    killSync(): void {
        const pids = [...this.#pids, ...this.blockingChildren()];
        if (this.#hasSpawned || pids.length > 0) killProcessTreesSync(pids, this.#runId);
    }

    /**
     * Kills all child processes while their thread is alive, and waits until it notices: a process that is not reaped remains a
     * zombie until the host exits.
     */
    async killAndNotify(): Promise<void> {
        if (this.#pids.size === 0) return;
        const noticed = new Promise<void>((resolve) => {
            this.#onEmpty = resolve;
        });
        await this.kill();
        if (this.#pids.size > 0) await within(NOTICE_MILLIS, noticed);
    }
}

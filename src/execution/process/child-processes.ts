import { readFileSync } from 'node:fs';
import { within } from '../../util/clock.js';
import { unregisterChild, registerChild } from './orphan-reaper.js';
import { killProcessTrees, killProcessTreesSync } from './kill-process-tree.js';

/** How long a thread has to take notice that its processes have ended. */
const NOTICE_MILLIS = 250;

/** The processes that the Actor of one run, or one build, has started, with all that these have started. */
export class ChildProcesses {
    /** The kernel's id of the thread that starts them; Linux lists the children of one thread. */
    kernelId: number | undefined;
    readonly #runId: string;
    readonly #pids = new Set<number>();
    #hasSpawned = false;
    #onNone: () => void = () => {};

    /** @param runId - What starts with an Actor's own environment is found by it, also where its parent has ended. */
    constructor(runId: string) {
        this.#runId = runId;
    }

    /** One has been started that nothing more will be told of, or that has an id. */
    started(pid: number | undefined): void {
        this.#hasSpawned = true;
        // What ends with the run cannot be the engine itself, whatever the Actor says.
        if (pid === undefined || pid <= 1 || pid === process.pid) return;
        this.#pids.add(pid);
        registerChild(pid);
    }

    ended(pid: number): void {
        this.#pids.delete(pid);
        unregisterChild(pid);
        if (this.#pids.size === 0) this.#onNone();
    }

    /**
     * Those that the thread waits for in `spawnSync` and its like: it tells of nothing as long as it does, but the kernel
     * can, on Linux. Elsewhere none are found.
     */
    waitedFor(): number[] {
        if (this.kernelId === undefined) return [];
        try {
            const list = readFileSync(`/proc/self/task/${this.kernelId}/children`, 'latin1');
            const pids = list.split(' ').map(Number);
            return pids.filter((pid) => pid > 0 && !this.#pids.has(pid));
        } catch {
            // The thread is gone, or the kernel has been built not to tell.
            return [];
        }
    }

    /** Ends all of them, with all that they have started. */
    async kill(): Promise<void> {
        // Without a look at the kernel's list: most Actors never start any.
        if (this.#hasSpawned) await this.#killWith(this.waitedFor());
    }

    /** Ends those that the thread waits for, told or not. */
    async killWaitedFor(): Promise<void> {
        const pids = this.waitedFor();
        if (pids.length > 0) await this.#killWith(pids);
    }

    async #killWith(untold: readonly number[]): Promise<void> {
        await killProcessTrees([...this.#pids, ...untold], this.#runId);
        for (const pid of this.#pids) unregisterChild(pid);
    }

    /** As {@link ChildProcesses.kill}, for a host that is about to end and can wait for nothing. */
    killAtOnce(): void {
        const pids = [...this.#pids, ...this.waitedFor()];
        if (this.#hasSpawned || pids.length > 0) killProcessTreesSync(pids, this.#runId);
    }

    /**
     * Ends all of them while their thread is still there, and gives it a moment to notice: of a process that nobody has
     * taken note of, the entry in the list of processes stays until the host itself ends.
     */
    async killWithNotice(): Promise<void> {
        if (this.#pids.size === 0) return;
        const noticed = new Promise<void>((resolve) => {
            this.#onNone = resolve;
        });
        await this.kill();
        if (this.#pids.size > 0) await within(NOTICE_MILLIS, noticed);
    }
}

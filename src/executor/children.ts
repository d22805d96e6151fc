import { systemClock } from '../util/clock.js';
import { killProcessTrees } from './process-trees.js';

/** How long a thread has to take notice that its processes have ended. */
const NOTICE_MILLIS = 250;

/** The processes that one Actor has started and that have not ended. */
export class Children {
    readonly #pids = new Set<number>();
    #onNone: () => void = () => {};

    get isEmpty(): boolean {
        return this.#pids.size === 0;
    }

    started(pid: number): void {
        this.#pids.add(pid);
    }

    ended(pid: number): void {
        this.#pids.delete(pid);
        if (this.isEmpty) this.#onNone();
    }

    /** Ends all of them, with all that they have started. */
    async kill(): Promise<void> {
        await killProcessTrees([...this.#pids]);
    }

    /**
     * Ends all of them while their thread is still there, and gives it a moment to notice: of a process that nobody has
     * taken note of, the entry in the list of processes stays until the host itself ends.
     */
    async killWithNotice(): Promise<void> {
        if (this.isEmpty) return;
        const noticed = new Promise<void>((resolve) => {
            this.#onNone = resolve;
        });
        await this.kill();
        let cancel = (): void => {};
        const late = new Promise<void>((resolve) => {
            cancel = systemClock.after(NOTICE_MILLIS, resolve);
        });
        await (this.isEmpty ? undefined : Promise.race([noticed, late]));
        cancel();
    }
}

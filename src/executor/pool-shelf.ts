import { clearTimeout, setTimeout } from 'node:timers';

const MAX_POOLS = 6;

/** How long threads and pools are kept that nobody uses. */
export const IDLE_MILLIS = 30_000;

export interface Shelved<Pool> {
    readonly key: string;
    readonly pool: Pool;
    taken: number;
    idle?: NodeJS.Timeout;
}

/**
 * Pools of threads, one for each kind. They belong to the process, not to one engine, so that an engine per test starts
 * warm too. A pool that has not been used for a while is given up, and before that the longest unused one if there are too
 * many.
 */
export class PoolShelf<Pool> {
    /** In order of use, the longest unused first. */
    readonly #shelved = new Map<string, Shelved<Pool>>();
    readonly #destroy: (pool: Pool) => void;

    constructor(destroy: (pool: Pool) => void) {
        this.#destroy = destroy;
    }

    /** The pool of a kind, made if there is none. */
    find(key: string, create: () => Pool): Shelved<Pool> {
        let shelved = this.#shelved.get(key);
        if (shelved === undefined) {
            this.#makeRoom();
            shelved = { key, pool: create(), taken: 0 };
            this.#rest(shelved);
        }
        this.#shelved.delete(key);
        this.#shelved.set(key, shelved);
        return shelved;
    }

    /** Notes that a thread is taken out of a pool, which is kept until it comes back. */
    take(shelved: Shelved<Pool>): void {
        shelved.taken += 1;
        clearTimeout(shelved.idle);
    }

    giveBack(shelved: Shelved<Pool>): void {
        shelved.taken -= 1;
        this.#rest(shelved);
    }

    #rest(shelved: Shelved<Pool>): void {
        if (shelved.taken > 0) return;
        clearTimeout(shelved.idle);
        shelved.idle = setTimeout(() => this.#giveUp(shelved), IDLE_MILLIS).unref();
    }

    #makeRoom(): void {
        if (this.#shelved.size < MAX_POOLS) return;
        const longestUnused = [...this.#shelved.values()].find(({ taken }) => taken === 0);
        if (longestUnused) this.#giveUp(longestUnused);
    }

    #giveUp({ key, pool, idle }: Shelved<Pool>): void {
        clearTimeout(idle);
        this.#shelved.delete(key);
        this.#destroy(pool);
    }
}

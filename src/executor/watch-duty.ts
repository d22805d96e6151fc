import { clearInterval, setInterval } from 'node:timers';
import { ThreadLookout, type Watch } from './thread-lookout.js';
import { WatchTable, type SharedWatchTable } from './watch-table.js';

/** What the host asks of whoever watches its threads, besides what the table says. */
export type WatchOrder =
    /** To have a thread end as soon as it is where it can be left. */
    | { type: 'end'; threadId: number; isDebugged: boolean }
    /** To leave such a thread alone. */
    | { type: 'stop'; threadId: number };

/** How soon it is seen that a thread is to be watched. */
const TICK_MILLIS = 25;

interface Post {
    /** Of the entry in the table; undefined for a thread that is only to be ended. */
    turn?: number;
    watch: Watch;
}

/** The work of watching the threads of a host, in whichever thread that is done. */
export class WatchDuty {
    readonly #table: WatchTable;
    readonly #lookout = new ThreadLookout();
    readonly #posts = new Map<number, Post>();
    readonly #tick: NodeJS.Timeout;

    constructor(shared: SharedWatchTable) {
        this.#table = new WatchTable(shared);
        this.#tick = setInterval(() => this.#readTable(), TICK_MILLIS).unref();
    }

    take(order: WatchOrder): void {
        const { threadId } = order;
        if (order.type === 'stop') {
            this.#leave(threadId);
            return;
        }
        if (!this.#table.isAllowed) return;
        const post = this.#posts.get(threadId) ?? { watch: this.#lookout.watch(threadId, order.isDebugged) };
        this.#posts.set(threadId, post);
        post.watch.endThread();
    }

    close(): void {
        clearInterval(this.#tick);
        this.#lookout.close();
    }

    #readTable(): void {
        if (!this.#table.isAllowed) return this.#leaveAll();
        const turns = new Map(this.#table.threads().map(({ threadId, turn }) => [threadId, turn]));
        for (const [threadId, { turn }] of this.#posts) {
            if (turn !== undefined && turns.get(threadId) !== turn) this.#leave(threadId);
        }
        for (const [threadId, turn] of turns) {
            if (!this.#posts.has(threadId)) this.#posts.set(threadId, { turn, watch: this.#lookout.watch(threadId) });
        }
    }

    #leave(threadId: number): void {
        this.#posts.get(threadId)?.watch.stop();
        this.#posts.delete(threadId);
    }

    /** A debugger that has come in the meantime finds nobody else there. */
    #leaveAll(): void {
        if (this.#posts.size === 0) return;
        this.#posts.clear();
        this.#lookout.close();
    }
}

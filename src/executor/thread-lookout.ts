import { clearTimeout, setTimeout } from 'node:timers';
import { ThreadInspector } from './thread-inspector.js';

/** Most runs are over before this, and are left alone. */
const FIRST_LOOK_MILLIS = 25;
/** How soon it is seen what has come of a look; where nothing has, each further time takes twice as long. */
const CHECK_MILLIS = 10;
const MOST_CHECK_MILLIS = 250;
/** How often what the inspector keeps is thrown away. */
const TIDY_MILLIS = 1_000;
/** How long the way into the threads stays open when nobody is watched. */
const LINGER_MILLIS = 1_000;

/** A thread that is watched. */
interface Watched {
    threadId: number;
    /** Whether a debugger may have stopped it. */
    isDebugged: boolean;
    isToEnd: boolean;
    isLooking: boolean;
    lookedAt: number;
    /** When there is something to be done about it. */
    dueAt: number;
    checkMillis: number;
}

/** The watch over one thread. */
export interface Watch {
    /** Has the thread end as soon as it is where it can be left. */
    endThread(): void;
    /** Ends the watch. */
    stop(): void;
}

/** Real time, also where a test has put a false clock in place of the global one. */
const now = performance.now.bind(performance);

/**
 * Makes threads look, in time, at what they use: one that is busy would not do so by itself. What a look leads to is the
 * thread's own affair, and so is when the next one is due.
 */
export class ThreadLookout {
    readonly #watched = new Set<Watched>();
    #inspector: ThreadInspector | undefined;
    #timer: { handle: NodeJS.Timeout; firesAt: number } | undefined;
    #tidyAt = 0;
    #lastUseAt = 0;

    /**
     * Makes a thread look from now on, if its run lasts.
     *
     * @param isDebugged - Whether a debugger may have stopped it; then it does not look, but can be ended all the same.
     */
    watch(threadId: number, isDebugged = false): Watch {
        // Who debugs a thread looks into it as is done here, and is to have it alone.
        const dueAt = isDebugged ? Infinity : now() + FIRST_LOOK_MILLIS;
        const start = { isToEnd: false, isLooking: false, lookedAt: 0 };
        const entry: Watched = { threadId, isDebugged, ...start, dueAt, checkMillis: CHECK_MILLIS };
        this.#watched.add(entry);
        if (!isDebugged) this.#wakeAt(dueAt);
        return { endThread: () => this.#endThread(entry), stop: () => this.#unwatch(entry) };
    }

    /** Forgets all threads, and lets go of them at once. */
    close(): void {
        clearTimeout(this.#timer?.handle);
        this.#timer = undefined;
        this.#watched.clear();
        this.#closeInspector();
    }

    #endThread(entry: Watched): void {
        if (entry.isToEnd || !this.#watched.has(entry)) return;
        entry.isToEnd = true;
        entry.checkMillis = CHECK_MILLIS;
        if (!entry.isLooking) entry.dueAt = now();
        this.#wakeAt(now());
    }

    #unwatch(entry: Watched): void {
        this.#watched.delete(entry);
    }

    #wakeAt(at: number): void {
        if (this.#timer === undefined || this.#timer.firesAt > at) {
            clearTimeout(this.#timer?.handle);
            const handle = setTimeout(() => this.#wake(), Math.max(at - now(), 1)).unref();
            this.#timer = { firesAt: at, handle };
        }
    }

    #wake(): void {
        this.#timer = undefined;
        const time = now();
        const isComplete = this.#inspector?.takeReplies() ?? true;
        if (this.#watched.size === 0) return this.#rest(time, isComplete);
        this.#lastUseAt = time;
        for (const entry of this.#watched) if (entry.dueAt <= time) this.#tend(entry, time);
        if (this.#tidyAt <= time) this.#tidy(time);
        this.#wakeAt(Math.min(this.#tidyAt, ...Array.from(this.#watched, ({ dueAt }) => dueAt)));
    }

    #tend(entry: Watched, time: number): void {
        if (entry.isLooking) this.#takeResult(entry, time);
        if (!entry.isLooking && entry.dueAt <= time) this.#startLook(entry, time);
    }

    #startLook(entry: Watched, time: number): void {
        this.#inspector ??= ThreadInspector.open();
        this.#inspector?.startLook(entry.threadId, entry.isToEnd);
        if (entry.isToEnd && entry.isDebugged) this.#inspector?.goOn(entry.threadId);
        entry.isLooking = true;
        entry.lookedAt = time;
        entry.dueAt = time + entry.checkMillis;
    }

    #takeResult(entry: Watched, time: number): void {
        const result = this.#inspector?.resultOf(entry.threadId) ?? { type: 'gone' };
        entry.isLooking = result.type === 'open';
        if (result.type === 'done' && result.value !== undefined) {
            // What a look says of the next one counts for nothing once the thread is to end.
            entry.dueAt = entry.lookedAt + (entry.isToEnd ? CHECK_MILLIS : result.value);
            entry.checkMillis = CHECK_MILLIS;
        } else {
            entry.dueAt = time + entry.checkMillis;
            entry.checkMillis = Math.min(entry.checkMillis * 2, MOST_CHECK_MILLIS);
        }
    }

    #tidy(time: number): void {
        this.#tidyAt = time + TIDY_MILLIS;
        this.#inspector?.discardConsoles();
    }

    /** A thread that is still looking is waited for: it may have been killed meanwhile, and not have heard it. */
    #rest(time: number, isComplete: boolean): void {
        const restsAt = isComplete ? this.#lastUseAt + LINGER_MILLIS : time + MOST_CHECK_MILLIS;
        if (restsAt > time) this.#wakeAt(restsAt);
        else this.#closeInspector();
    }

    #closeInspector(): void {
        this.#inspector?.close();
        this.#inspector = undefined;
    }
}

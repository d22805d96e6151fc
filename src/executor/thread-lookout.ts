import { clearTimeout, setTimeout } from 'node:timers';
import { ThreadInspector } from './thread-inspector.js';

/** Most runs are over before this, and are left alone. */
const FIRST_LOOK_MILLIS = 25;
/** How soon a thread is asked again that could not be asked, or had nothing to say; each time it takes twice as long. */
const RETRY_MILLIS = 10;
const MOST_RETRY_MILLIS = 1_000;
/**
 * How soon it is seen whether an answer has come; each time in vain it takes twice as long. Answers come in the midst of
 * whatever this thread does, also while Node itself is at work on its timers: whoever set one then would wreck them.
 */
const COLLECT_MILLIS = 4;
const MOST_COLLECT_MILLIS = 64;
/** How often what the inspector keeps is thrown away. */
const TIDY_MILLIS = 1_000;
/** How long the way into the threads stays open when nobody is watched. */
const LINGER_MILLIS = 1_000;

interface Watched {
    threadId: number;
    since: number;
    /** Infinity while an answer is awaited. */
    lookAt: number;
    retryMillis: number;
}

/** Who wants to know of the looks. */
export interface LookoutListener {
    /** Called with the milliseconds until the next look whenever that changes; with nothing when none is due. */
    plan?(inMillis?: number): void;
    /** Called at each look, with how long the thread has been watched. */
    look?(forMillis: number): void;
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
    #collectMillis = COLLECT_MILLIS;
    #tidyAt = 0;
    #lastUseAt = 0;
    readonly #listener: LookoutListener;

    constructor(listener: LookoutListener = {}) {
        this.#listener = listener;
    }

    /**
     * Makes a thread look from now on, if its run lasts.
     *
     * @returns Ends the watch.
     */
    watch(threadId: number): () => void {
        const since = now();
        const entry: Watched = { threadId, since, lookAt: since + FIRST_LOOK_MILLIS, retryMillis: RETRY_MILLIS };
        this.#watched.add(entry);
        this.#wakeAt(entry.lookAt);
        return () => this.#unwatch(entry);
    }

    /** Forgets all threads, and lets go of them at once. */
    close(): void {
        clearTimeout(this.#timer?.handle);
        this.#timer = undefined;
        this.#watched.clear();
        this.#closeInspector();
    }

    #unwatch(entry: Watched): void {
        this.#watched.delete(entry);
        if (this.#watched.size === 0) this.#listener.plan?.();
    }

    #wakeAt(at: number): void {
        if (this.#timer === undefined || this.#timer.firesAt > at) {
            clearTimeout(this.#timer?.handle);
            const handle = setTimeout(() => this.#wake(), Math.max(at - now(), 1)).unref();
            this.#timer = { firesAt: at, handle };
        }
        if (this.#watched.size > 0) this.#listener.plan?.(this.#timer.firesAt - now());
    }

    #wake(): void {
        this.#timer = undefined;
        const time = now();
        if (this.#watched.size === 0) return this.#rest(time);
        this.#lastUseAt = time;
        for (const entry of this.#watched) if (entry.lookAt <= time) this.#look(entry, time);
        if (this.#tidyAt <= time) this.#tidy(time);
        this.#wakeAt(
            Math.min(this.#tidyAt, this.#collectsAt(time), ...Array.from(this.#watched, ({ lookAt }) => lookAt)),
        );
    }

    #look(entry: Watched, time: number): void {
        this.#listener.look?.(time - entry.since);
        this.#inspector ??= ThreadInspector.open();
        // Before it is asked: the answer may come while it still is.
        entry.lookAt = Infinity;
        this.#collectMillis = COLLECT_MILLIS;
        const isAsked = this.#inspector?.look(entry.threadId, (wait) => {
            // Written down and no more; see above.
            if (wait === undefined) putOff(entry);
            else Object.assign(entry, { lookAt: now() + wait, retryMillis: RETRY_MILLIS });
        });
        if (isAsked !== true) putOff(entry);
    }

    #collectsAt(time: number): number {
        if (Array.from(this.#watched).every(({ lookAt }) => lookAt !== Infinity)) return Infinity;
        const at = time + this.#collectMillis;
        this.#collectMillis = Math.min(this.#collectMillis * 2, MOST_COLLECT_MILLIS);
        return at;
    }

    #tidy(time: number): void {
        this.#tidyAt = time + TIDY_MILLIS;
        if (ThreadInspector.isAllowed()) this.#inspector?.discardConsoles();
        else this.#closeInspector();
    }

    #rest(time: number): void {
        const restsAt = this.#inspector?.isAwaited === true ? time + LINGER_MILLIS : this.#lastUseAt + LINGER_MILLIS;
        if (restsAt > time) this.#wakeAt(restsAt);
        else this.#closeInspector();
    }

    #closeInspector(): void {
        this.#inspector?.close();
        this.#inspector = undefined;
        // Nobody answers any more.
        for (const entry of this.#watched) putOff(entry);
    }
}

function putOff(entry: Watched): void {
    entry.lookAt = now() + entry.retryMillis;
    entry.retryMillis = Math.min(entry.retryMillis * 2, MOST_RETRY_MILLIS);
}

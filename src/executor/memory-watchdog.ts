import { clearTimeout, setTimeout } from 'node:timers';
import { ThreadInspector } from './thread-inspector.js';

/** Most runs are over before this, and are left alone. */
const FIRST_LOOK_MILLIS = 25;
/** How soon the result of a look is read; while there is none, each further time takes twice as long. */
const CHECK_MILLIS = 10;
const MOST_CHECK_MILLIS = 250;
/** How often the console entries that the inspector keeps are discarded. */
const TIDY_MILLIS = 1_000;
/** How long the inspector stays connected when no thread is watched. */
const LINGER_MILLIS = 1_000;

/** What the host asks of the watchdog. */
export type WatchdogCommand =
    /** Checks the memory of a thread from now on. */
    | { type: 'watch'; threadId: number }
    /** Ends a thread as soon as it can be left where it is. A debugger may have stopped one that is debugged. */
    | { type: 'end'; threadId: number; isDebugged: boolean }
    | { type: 'stop'; threadId: number }
    /** False while someone debugs the process: they have the threads to themselves. */
    | { type: 'allow'; isAllowed: boolean };

interface Watched {
    readonly threadId: number;
    isDebugged: boolean;
    isToEnd: boolean;
    isLooking: boolean;
    lookedAt: number;
    /** When there is something to do about it. */
    dueAt: number;
    checkMillis: number;
}

/** Real time, also where a test has replaced the global clock. */
const now = performance.now.bind(performance);

/**
 * Makes threads check, in time, how much memory they use: a busy one never does so on its own. The thread itself acts on the
 * result, and says when the next check is due.
 */
export class MemoryWatchdog {
    readonly #watched = new Map<number, Watched>();
    #isAllowed = true;
    #inspector: ThreadInspector | undefined;
    #timer: { handle: NodeJS.Timeout; firesAt: number } | undefined;
    #tidyAt = 0;
    #lastUseAt = 0;

    take(command: WatchdogCommand): void {
        switch (command.type) {
            case 'watch':
                this.#wakeAt(this.#add(command.threadId).dueAt);
                break;
            case 'end':
                this.#endThread(command.threadId, command.isDebugged);
                break;
            case 'stop':
                this.#watched.delete(command.threadId);
                break;
            case 'allow':
                this.#isAllowed = command.isAllowed;
                if (command.isAllowed) this.#wakeAt(now());
                else this.#disconnect();
                break;
        }
    }

    /** Forgets all threads and disconnects at once. */
    close(): void {
        this.#watched.clear();
        this.#disconnect();
    }

    #add(threadId: number): Watched {
        const dueAt = now() + FIRST_LOOK_MILLIS;
        const start = { isDebugged: false, isToEnd: false, isLooking: false, lookedAt: 0, checkMillis: CHECK_MILLIS };
        const entry: Watched = { threadId, dueAt, ...start };
        this.#watched.set(threadId, entry);
        return entry;
    }

    #endThread(threadId: number, isDebugged: boolean): void {
        if (!this.#isAllowed) return;
        const entry = this.#watched.get(threadId) ?? this.#add(threadId);
        entry.isDebugged = isDebugged;
        entry.isToEnd = true;
        entry.checkMillis = CHECK_MILLIS;
        if (!entry.isLooking) entry.dueAt = now();
        this.#wakeAt(now());
    }

    #wakeAt(at: number): void {
        if (this.#timer !== undefined && this.#timer.firesAt <= at) return;
        clearTimeout(this.#timer?.handle);
        const handle = setTimeout(() => this.#wake(), Math.max(at - now(), 1)).unref();
        this.#timer = { firesAt: at, handle };
    }

    #wake(): void {
        this.#timer = undefined;
        if (!this.#isAllowed) return;
        const time = now();
        const isComplete = this.#inspector?.takeReplies() ?? true;
        if (this.#watched.size === 0) return this.#rest(time, isComplete);
        this.#lastUseAt = time;
        for (const entry of this.#watched.values()) if (entry.dueAt <= time) this.#tend(entry, time);
        if (this.#tidyAt <= time) {
            this.#tidyAt = time + TIDY_MILLIS;
            this.#inspector?.discardConsoles();
        }
        this.#wakeAt(Math.min(this.#tidyAt, ...Array.from(this.#watched.values(), ({ dueAt }) => dueAt)));
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
            // A thread that is to end is tried again soon, whatever it says about its next check.
            entry.dueAt = entry.lookedAt + (entry.isToEnd ? CHECK_MILLIS : result.value);
            entry.checkMillis = CHECK_MILLIS;
        } else {
            entry.dueAt = time + entry.checkMillis;
            entry.checkMillis = Math.min(entry.checkMillis * 2, MOST_CHECK_MILLIS);
        }
    }

    /** Waits for threads that have not replied: one may have been killed meanwhile, and not have noticed. */
    #rest(time: number, isComplete: boolean): void {
        const restsAt = isComplete ? this.#lastUseAt + LINGER_MILLIS : time + MOST_CHECK_MILLIS;
        if (restsAt > time) this.#wakeAt(restsAt);
        else this.#disconnect();
    }

    #disconnect(): void {
        clearTimeout(this.#timer?.handle);
        this.#timer = undefined;
        for (const entry of this.#watched.values()) entry.isLooking = false;
        this.#inspector?.close();
        this.#inspector = undefined;
    }
}

import { isMainThread } from 'node:worker_threads';
import { clearTimeout, setTimeout } from 'node:timers';
import { TERMINATE_EXPRESSION, PROBE_EXPRESSION } from '../../protocol/messages.js';
import type Inspector from 'node:inspector';

/*
 * Node's inspector reaches into a thread even while JavaScript runs there: what it is asked is evaluated between two steps of the
 * Actor's code. It interrupts the thread that asks in the same way, also in the code of Node itself. So what arrives is only noted
 * then, and handled at the next timer.
 */

const LOOK = evaluation(PROBE_EXPRESSION);
const END = evaluation(TERMINATE_EXPRESSION);
const TERMINATE = { id: 2, method: 'Runtime.terminateExecution' };
const DISCARD = { id: 3, method: 'Runtime.discardConsoleEntries' };
/** A thread that is stopped at a breakpoint cannot end before it goes on; for who has not enabled it, it is not stopped. */
const GO_ON = [
    { id: 4, method: 'Debugger.enable' },
    { id: 5, method: 'Debugger.resume' },
];

function evaluation(expression: string): { id: number; method: string; params: object } {
    const params = { expression, returnByValue: true, silent: true, disableBreaks: true };
    return { id: 1, method: 'Runtime.evaluate', params };
}

/** How Node names a thread to the inspector. */
const TITLE = /^\[worker (\d+)\]/;

interface Attached {
    sessionId: string;
    workerInfo: { title: string };
}

interface Received {
    sessionId: string;
    message: string;
}

/** The message that a thread sends back. */
interface Reply {
    id?: number;
    result?: { result?: { value?: unknown } };
    error?: { message: string };
}

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
    /** Checks the memory of a thread from now on, or ends it as soon as it can be left where it is. */
    | ({ type: 'watch' } & WatchedThread)
    | { type: 'stop'; threadId: number }
    /** False while someone debugs the process: they have the threads to themselves. */
    | { type: 'allow'; isAllowed: boolean };

export interface WatchedThread {
    threadId: number;
    /** True if a debugger may have stopped it. */
    isDebugged: boolean;
    isToEnd: boolean;
}

interface Watched extends WatchedThread {
    lookedAt: number;
    /** When there is something to do about it. */
    dueAt: number;
    checkMillis: number;
}

/** Real time, also where a test has replaced the global clock. */
const now = performance.now.bind(performance);

const inspector = process.getBuiltinModule('node:inspector') as typeof Inspector | undefined;

/** False in a Node without an inspector, and while this process is debugged. */
export function canInspect(): boolean {
    return inspector !== undefined && inspector.url() === undefined;
}

/**
 * Makes threads check, in time, how much memory they use: a busy one never does so on its own. The thread itself acts on the
 * result, and says when the next check is due.
 */
export class MemoryWatchdog {
    readonly #watched = new Map<number, Watched>();
    /** The inspector's session of each thread of this process, by the thread's id. */
    readonly #sessions = new Map<number, string>();
    /** Sessions whose threads have been made to look, and whose replies have not been handled. */
    readonly #asked = new Set<string>();
    readonly #replies = new Map<string, Reply>();
    #isAllowed = true;
    #inspector: Inspector.Session | undefined;
    #timer: { handle: NodeJS.Timeout; firesAt: number } | undefined;
    #tidyAt = 0;
    #lastUseAt = 0;

    take(command: WatchdogCommand): void {
        switch (command.type) {
            case 'watch':
                this.#watch(command);
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

    #watch({ threadId, isDebugged, isToEnd }: WatchedThread): void {
        const dueAt = now() + (isToEnd ? 0 : FIRST_LOOK_MILLIS);
        const start = { dueAt, lookedAt: 0, checkMillis: CHECK_MILLIS };
        this.#watched.set(threadId, { threadId, isDebugged, isToEnd, ...start });
        this.#wakeAt(dueAt);
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
        this.#handleReplies();
        if (this.#watched.size === 0) return this.#rest(time);
        this.#lastUseAt = time;
        this.#connect();
        for (const entry of this.#watched.values()) if (entry.dueAt <= time) this.#look(entry, time);
        if (this.#tidyAt <= time) this.#tidy(time);
        this.#wakeAt(Math.min(this.#tidyAt, ...Array.from(this.#watched.values(), ({ dueAt }) => dueAt)));
    }

    /** Makes a thread look, or end if it can where it is, unless it is still at it. Until it replies, it is looked after ever more rarely. */
    #look(entry: Watched, time: number): void {
        const sessionId = this.#sessions.get(entry.threadId);
        if (sessionId !== undefined && !this.#asked.has(sessionId)) {
            this.#asked.add(sessionId);
            this.#send(sessionId, entry.isToEnd ? END : LOOK);
            if (entry.isToEnd && entry.isDebugged) for (const message of GO_ON) this.#send(sessionId, message);
            entry.lookedAt = time;
        }
        entry.dueAt = time + entry.checkMillis;
        entry.checkMillis = Math.min(entry.checkMillis * 2, MOST_CHECK_MILLIS);
    }

    #handleReplies(): void {
        for (const [sessionId, { result, error }] of this.#replies) {
            // One by one: others may come in between.
            this.#replies.delete(sessionId);
            this.#asked.delete(sessionId);
            // Terminated in the midst of the look: that has ended the look alone, and the Actor would go on for ever.
            if (error !== undefined) this.#send(sessionId, TERMINATE);
            const millis = result?.result?.value;
            const [threadId = 0] = [...this.#sessions].find(([, other]) => other === sessionId) ?? [];
            const entry = this.#watched.get(threadId);
            if (entry === undefined || typeof millis !== 'number') continue;
            // A thread that is to end is tried again soon, whatever it says about its next check.
            entry.dueAt = entry.lookedAt + (entry.isToEnd ? CHECK_MILLIS : millis);
            entry.checkMillis = CHECK_MILLIS;
        }
    }

    /** Discards the console output of threads, which an inspector would keep. */
    #tidy(time: number): void {
        this.#tidyAt = time + TIDY_MILLIS;
        this.#inspector?.post('Runtime.discardConsoleEntries');
        for (const sessionId of this.#sessions.values()) this.#send(sessionId, DISCARD);
    }

    /** Waits for threads that have not replied: one may have been killed meanwhile, and not have noticed. */
    #rest(time: number): void {
        const restsAt = this.#asked.size === 0 ? this.#lastUseAt + LINGER_MILLIS : time + MOST_CHECK_MILLIS;
        if (restsAt > time) this.#wakeAt(restsAt);
        else this.#disconnect();
    }

    /** Opens the way into all threads of this process, if there is one. */
    #connect(): void {
        if (inspector === undefined || this.#inspector !== undefined || !canInspect()) return;
        try {
            const session = new inspector.Session();
            // In a thread of the main one, the threads of its own are known to the main one alone.
            if (isMainThread) session.connect();
            else session.connectToMainThread();
            session.on('NodeWorker.attachedToWorker', ({ params }) => this.#attach(params));
            session.on('NodeWorker.detachedFromWorker', ({ params }) => this.#detach(params));
            session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => this.#receive(params));
            session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
            this.#inspector = session;
        } catch {
            // The next check tries again.
        }
    }

    #disconnect(): void {
        clearTimeout(this.#timer?.handle);
        this.#timer = undefined;
        this.#inspector?.disconnect();
        this.#inspector = undefined;
        for (const known of [this.#sessions, this.#asked, this.#replies]) known.clear();
    }

    #attach({ sessionId, workerInfo }: Attached): void {
        const threadId = TITLE.exec(workerInfo.title)?.[1];
        if (threadId !== undefined) this.#sessions.set(Number(threadId), sessionId);
    }

    #detach({ sessionId }: Pick<Attached, 'sessionId'>): void {
        for (const [threadId, other] of this.#sessions) if (other === sessionId) this.#sessions.delete(threadId);
        this.#asked.delete(sessionId);
    }

    #receive({ sessionId, message }: Received): void {
        const reply = JSON.parse(message) as Reply;
        if (reply.id === LOOK.id) this.#replies.set(sessionId, reply);
    }

    #send(sessionId: string, message: object): void {
        this.#inspector?.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify(message) });
    }
}

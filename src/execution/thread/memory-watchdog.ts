import { isMainThread } from 'node:worker_threads';
import { clearTimeout, setTimeout } from 'node:timers';
import { TERMINATE_EXPRESSION, PROBE_EXPRESSION } from '../../protocol/messages.js';
import type Inspector from 'node:inspector';

/*
 * Node's inspector can evaluate code in a thread while JavaScript runs there, between two steps of the Actor's code. Its replies
 * interrupt this thread in the same way, even inside Node's own code. So replies are only recorded, and handled by the next
 * timer.
 */

const PROBE = createEvaluation(PROBE_EXPRESSION);
const STOP = createEvaluation(TERMINATE_EXPRESSION);
const TERMINATE = { id: 2, method: 'Runtime.terminateExecution' };
const DISCARD = { id: 3, method: 'Runtime.discardConsoleEntries' };
/** Resumes a thread that is paused at a breakpoint, which cannot stop before. The debugger must be enabled for this. */
const RESUME = [
    { id: 4, method: 'Debugger.enable' },
    { id: 5, method: 'Debugger.resume' },
];

function createEvaluation(expression: string): { id: number; method: string; params: object } {
    const params = { expression, returnByValue: true, silent: true, disableBreaks: true };
    return { id: 1, method: 'Runtime.evaluate', params };
}

/** The title of a thread in the inspector. */
const WORKER_TITLE = /^\[worker (\d+)\]/;

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

/** Delay of the first probe: most runs end before it. */
const FIRST_PROBE_MILLIS = 25;
/** Delay before the reply to a probe is checked. Doubles while there is no reply. */
const REPLY_POLL_MILLIS = 10;
const MAX_REPLY_POLL_MILLIS = 250;
/** Milliseconds between discarding the console entries that the inspector keeps. */
const DISCARD_MILLIS = 1_000;
/** Milliseconds that the inspector stays connected while no thread is watched. */
const IDLE_MILLIS = 1_000;

/** Commands from the host to the watchdog. */
export type WatchdogCommand =
    /** Probe the memory of a thread, or stop it at the next safe point. */
    | ({ type: 'watch' } & WatchedThread)
    | { type: 'stop'; threadId: number }
    /** False while a debugger is attached to the process: the watchdog does not interfere. */
    | { type: 'allow'; isAllowed: boolean };

export interface WatchedThread {
    threadId: number;
    /** True if a debugger may have paused the thread. */
    isDebugged: boolean;
    shouldStop: boolean;
}

interface WatchedEntry extends WatchedThread {
    /** Time of the last probe. */
    probedAt: number;
    /** Time of the next action. */
    dueAt: number;
    /** Delay until the reply is checked again. */
    pollMillis: number;
}

/** Real time, even if a test replaces the global clock. */
const now = performance.now.bind(performance);

const inspector = process.getBuiltinModule('node:inspector') as typeof Inspector | undefined;

/** Index and values of the connection state, which the host reads when it exits. */
const STATE = 0;
const DISCONNECTED = 0;
const CONNECTED = 1;
const MUST_NOT_CONNECT = 2;

/** Milliseconds that the exit of the host may wait for the watchdog's thread. */
const MAX_DISCONNECT_MILLIS = 500;

/** Creates the connection state that a watchdog in another thread shares with the host. */
export function createConnectionState(): Int32Array {
    return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Prevents further connections, and blocks until the watchdog has disconnected.
 *
 * @param requestDisconnect - Sends the watchdog the command to disconnect.
 */
export function waitForDisconnect(state: Int32Array, requestDisconnect: () => void): void {
    if (Atomics.exchange(state, STATE, MUST_NOT_CONNECT) !== CONNECTED) return;
    requestDisconnect();
    Atomics.wait(state, STATE, MUST_NOT_CONNECT, MAX_DISCONNECT_MILLIS);
}

/** False if Node was built without inspector, and while a debugger is attached to this process. */
export function canInspect(): boolean {
    return inspector !== undefined && inspector.url() === undefined;
}

/**
 * Makes threads check their memory usage, because a busy thread never does on its own. The thread itself acts on the result,
 * and replies when the next check is due.
 */
export class MemoryWatchdog {
    readonly #watched = new Map<number, WatchedEntry>();
    /** Inspector sessions of the threads of this process, by thread id. */
    readonly #sessions = new Map<number, string>();
    /** Sessions of probed threads whose replies have not been handled. */
    readonly #awaitingReply = new Set<string>();
    readonly #replies = new Map<string, Reply>();
    readonly #state: Int32Array;
    #isAllowed = true;
    #inspector: Inspector.Session | undefined;
    #timer: { handle: NodeJS.Timeout; firesAt: number } | undefined;
    #discardAt = 0;
    #lastUseAt = 0;

    constructor(state = createConnectionState()) {
        this.#state = state;
    }

    handle(command: WatchdogCommand): void {
        switch (command.type) {
            case 'watch':
                this.#add(command);
                break;
            case 'stop':
                this.#watched.delete(command.threadId);
                break;
            case 'allow':
                this.#isAllowed = command.isAllowed;
                if (command.isAllowed) this.#schedule(now());
                else this.#disconnect();
                break;
        }
    }

    /** Removes all threads and disconnects. */
    close(): void {
        this.#watched.clear();
        this.#disconnect();
    }

    #add({ threadId, isDebugged, shouldStop: isToEnd }: WatchedThread): void {
        const dueAt = now() + (isToEnd ? 0 : FIRST_PROBE_MILLIS);
        const start = { dueAt, probedAt: 0, pollMillis: REPLY_POLL_MILLIS };
        this.#watched.set(threadId, { threadId, isDebugged, shouldStop: isToEnd, ...start });
        this.#schedule(dueAt);
    }

    #schedule(at: number): void {
        if (this.#timer !== undefined && this.#timer.firesAt <= at) return;
        clearTimeout(this.#timer?.handle);
        const handle = setTimeout(() => this.#poll(), Math.max(at - now(), 1)).unref();
        this.#timer = { firesAt: at, handle };
    }

    #poll(): void {
        this.#timer = undefined;
        if (!this.#isAllowed) return;
        const time = now();
        this.#handleReplies();
        if (this.#watched.size === 0) {
            this.#disconnectIfIdle(time);
            return;
        }
        this.#lastUseAt = time;
        this.#connect();
        for (const entry of this.#watched.values()) if (entry.dueAt <= time) this.#probe(entry, time);
        if (this.#discardAt <= time) this.#discardConsoleEntries(time);
        this.#schedule(Math.min(this.#discardAt, ...Array.from(this.#watched.values(), ({ dueAt }) => dueAt)));
    }

    /** Probes a thread, or stops it, unless the last reply is pending. Polls for the reply at growing intervals. */
    #probe(entry: WatchedEntry, time: number): void {
        const sessionId = this.#sessions.get(entry.threadId);
        if (sessionId !== undefined && !this.#awaitingReply.has(sessionId)) {
            this.#awaitingReply.add(sessionId);
            this.#send(sessionId, entry.shouldStop ? STOP : PROBE);
            if (entry.shouldStop && entry.isDebugged) for (const message of RESUME) this.#send(sessionId, message);
            entry.probedAt = time;
        }
        entry.dueAt = time + entry.pollMillis;
        entry.pollMillis = Math.min(entry.pollMillis * 2, MAX_REPLY_POLL_MILLIS);
    }

    #handleReplies(): void {
        for (const [sessionId, { result, error }] of this.#replies) {
            // Deleted one by one, because more replies may arrive meanwhile.
            this.#replies.delete(sessionId);
            this.#awaitingReply.delete(sessionId);
            // The thread was terminated during the probe, which ended only the probe: the Actor would run forever.
            if (error !== undefined) this.#send(sessionId, TERMINATE);
            const millis = result?.result?.value;
            const [threadId = 0] = [...this.#sessions].find(([, other]) => other === sessionId) ?? [];
            const entry = this.#watched.get(threadId);
            if (entry === undefined || typeof millis !== 'number') continue;
            // A thread that should stop is retried soon, regardless of when its next check is due.
            entry.dueAt = entry.probedAt + (entry.shouldStop ? REPLY_POLL_MILLIS : millis);
            entry.pollMillis = REPLY_POLL_MILLIS;
        }
    }

    /** Discards the console output of threads, which an inspector would keep. */
    #discardConsoleEntries(time: number): void {
        this.#discardAt = time + DISCARD_MILLIS;
        this.#inspector?.post('Runtime.discardConsoleEntries');
        for (const sessionId of this.#sessions.values()) this.#send(sessionId, DISCARD);
    }

    /** Disconnects after the idle time. Waits for pending replies: a thread may have been killed without noticing. */
    #disconnectIfIdle(time: number): void {
        const disconnectAt =
            this.#awaitingReply.size === 0 ? this.#lastUseAt + IDLE_MILLIS : time + MAX_REPLY_POLL_MILLIS;
        if (disconnectAt > time) this.#schedule(disconnectAt);
        else this.#disconnect();
    }

    /** Connects the inspector to all threads of this process, if possible. */
    #connect(): void {
        if (inspector === undefined || this.#inspector !== undefined || !canInspect()) return;
        if (Atomics.compareExchange(this.#state, STATE, DISCONNECTED, CONNECTED) !== DISCONNECTED) return;
        try {
            const session = new inspector.Session();
            // Only the main thread knows all threads of the process.
            if (isMainThread) session.connect();
            else session.connectToMainThread();
            session.on('NodeWorker.attachedToWorker', ({ params }) => this.#attach(params));
            session.on('NodeWorker.detachedFromWorker', ({ params }) => this.#detach(params));
            session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => this.#receive(params));
            session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
            this.#inspector = session;
        } catch {
            // The next poll retries.
            this.#markDisconnected();
        }
    }

    #disconnect(): void {
        clearTimeout(this.#timer?.handle);
        this.#timer = undefined;
        this.#inspector?.disconnect();
        this.#inspector = undefined;
        this.#markDisconnected();
        for (const state of [this.#sessions, this.#awaitingReply, this.#replies]) state.clear();
    }

    #markDisconnected(): void {
        Atomics.store(this.#state, STATE, DISCONNECTED);
        Atomics.notify(this.#state, STATE);
    }

    #attach({ sessionId, workerInfo }: Attached): void {
        const threadId = WORKER_TITLE.exec(workerInfo.title)?.[1];
        if (threadId !== undefined) this.#sessions.set(Number(threadId), sessionId);
    }

    #detach({ sessionId }: Pick<Attached, 'sessionId'>): void {
        for (const [threadId, other] of this.#sessions) if (other === sessionId) this.#sessions.delete(threadId);
        this.#awaitingReply.delete(sessionId);
    }

    #receive({ sessionId, message }: Received): void {
        const reply = JSON.parse(message) as Reply;
        if (reply.id === PROBE.id) this.#replies.set(sessionId, reply);
    }

    #send(sessionId: string, message: object): void {
        this.#inspector?.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify(message) });
    }
}

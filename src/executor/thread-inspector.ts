import { isMainThread } from 'node:worker_threads';
import { END_EXPRESSION, LOOK_EXPRESSION } from '../protocol/messages.js';
import type Inspector from 'node:inspector';

/*
 * Node's inspector reaches into a thread whatever JavaScript is at work there. `NodeWorker` is its way to the threads of a
 * process, by sessions of their own; what they are asked is evaluated between two steps of the Actor's code, and neither
 * promises nor timers of the Actor get on by it.
 *
 * It interrupts whoever asks in the same way: what it sends comes in between any two steps of the code of this thread, be
 * it that of Node itself. So what comes is only written down then, and nothing is done about it until it is asked for.
 */

const LOOK = evaluation(LOOK_EXPRESSION);
const END = evaluation(END_EXPRESSION);
const TERMINATE = { id: 2, method: 'Runtime.terminateExecution' };
/** A thread that is stopped at a breakpoint cannot end before it goes on; for who has not enabled it, it is not stopped. */
const GO_ON = [
    { id: 4, method: 'Debugger.enable' },
    { id: 5, method: 'Debugger.resume' },
];
const DISCARD = { id: 3, method: 'Runtime.discardConsoleEntries' };

function evaluation(expression: string): { id: number; method: string; params: object } {
    const params = { expression, returnByValue: true, silent: true, disableBreaks: true };
    return { id: 1, method: 'Runtime.evaluate', params };
}

/** How Node names a thread to the inspector. */
const TITLE = /^\[worker (\d+)\]/;

/** A way into one thread. */
interface ThreadSession {
    sessionId: string;
    /** Whether it has been made to look, and that has not been taken notice of. */
    isLooking: boolean;
    reply?: Reply;
}

export type LookResult =
    /** The thread is still at it, or is in native code and has not been interrupted. */
    | { type: 'open' }
    /** There is no such thread. */
    | { type: 'gone' }
    /** It has looked; `value` is what it said, if it had anything to say. */
    | { type: 'done'; value?: number };

interface Attached {
    sessionId: string;
    workerInfo: { title: string };
}

interface Received {
    sessionId: string;
    message: string;
}

/** What a thread sends back. */
interface Reply {
    id?: number;
    result?: { result?: { value?: unknown } };
    error?: { message: string };
}

const inspector = process.getBuiltinModule('node:inspector') as typeof Inspector | undefined;

/** Makes the threads of this process look at what they use. */
export class ThreadInspector {
    readonly #session: Inspector.Session;
    readonly #sessions = new Map<string, ThreadSession>();
    readonly #threads = new Map<number, ThreadSession>();

    /** Whether there is a way into threads: not in a Node without an inspector, nor where somebody debugs. */
    static isAllowed(): boolean {
        return inspector !== undefined && inspector.url() === undefined;
    }

    /** Opens the way into all threads of this process; undefined where there is none. */
    static open(): ThreadInspector | undefined {
        if (inspector === undefined || !ThreadInspector.isAllowed()) return undefined;
        try {
            const session = new inspector.Session();
            // In a thread of the main one, the threads of its own are known to the main one alone.
            if (isMainThread) session.connect();
            else session.connectToMainThread();
            return new ThreadInspector(session);
        } catch {
            return undefined;
        }
    }

    private constructor(session: Inspector.Session) {
        this.#session = session;
        session.on('NodeWorker.attachedToWorker', ({ params }) => this.#attach(params));
        session.on('NodeWorker.detachedFromWorker', ({ params }) => this.#detach(params));
        session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => this.#receive(params));
        session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    }

    /**
     * Makes a thread look, or end if it can where it is, unless it is still at it. Does nothing where there is no such
     * thread.
     */
    startLook(threadId: number, isToEnd: boolean): void {
        const thread = this.#threads.get(threadId);
        if (thread === undefined || thread.isLooking) return;
        thread.isLooking = true;
        thread.reply = undefined;
        this.#send(thread.sessionId, isToEnd ? END : LOOK);
    }

    /** Has a thread go on that a debugger may have stopped. */
    goOn(threadId: number): void {
        const thread = this.#threads.get(threadId);
        if (thread !== undefined) for (const message of GO_ON) this.#send(thread.sessionId, message);
    }

    resultOf(threadId: number): LookResult {
        const thread = this.#threads.get(threadId);
        if (thread === undefined) return { type: 'gone' };
        if (thread.isLooking) return { type: 'open' };
        const value = thread.reply?.result?.result?.value;
        return typeof value === 'number' ? { type: 'done', value } : { type: 'done' };
    }

    /**
     * Takes notice of what threads have replied.
     *
     * @returns Whether all have that were asked.
     */
    takeReplies(): boolean {
        let isComplete = true;
        for (const thread of this.#sessions.values()) {
            if (!thread.isLooking) continue;
            if (thread.reply === undefined) {
                isComplete = false;
                continue;
            }
            thread.isLooking = false;
            // Terminated in the midst of the look: that has ended the look alone, and the Actor would go on for ever.
            if (thread.reply.error !== undefined) this.#send(thread.sessionId, TERMINATE);
        }
        return isComplete;
    }

    /** Lets go of what threads have written to their consoles, which an inspector keeps for who may come to see it. */
    discardConsoles(): void {
        this.#session.post('Runtime.discardConsoleEntries');
        for (const sessionId of this.#sessions.keys()) this.#send(sessionId, DISCARD);
    }

    close(): void {
        this.#session.disconnect();
    }

    #attach({ sessionId, workerInfo }: Attached): void {
        const thread: ThreadSession = { sessionId, isLooking: false };
        this.#sessions.set(sessionId, thread);
        const threadId = TITLE.exec(workerInfo.title)?.[1];
        if (threadId !== undefined) this.#threads.set(Number(threadId), thread);
    }

    #detach({ sessionId }: Pick<Attached, 'sessionId'>): void {
        const thread = this.#sessions.get(sessionId);
        this.#sessions.delete(sessionId);
        for (const [threadId, other] of this.#threads) if (other === thread) this.#threads.delete(threadId);
    }

    #receive({ sessionId, message }: Received): void {
        const reply = JSON.parse(message) as Reply;
        const thread = this.#sessions.get(sessionId);
        if (thread !== undefined && reply.id === LOOK.id) thread.reply = reply;
    }

    #send(sessionId: string, message: object): void {
        this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify(message) });
    }
}

import { isMainThread } from 'node:worker_threads';
import { LOOK_EXPRESSION } from '../protocol/look.js';
import type Inspector from 'node:inspector';

/*
 * Node's inspector reaches into a thread whatever JavaScript is at work there. `NodeWorker` is its way to the threads of a
 * process, by sessions of their own; what they are asked is evaluated between two steps of the Actor's code, and neither
 * promises nor timers of the Actor get on by it.
 */

/** What a thread is sent. */
const LOOK = {
    id: 1,
    method: 'Runtime.evaluate',
    params: { expression: LOOK_EXPRESSION, returnByValue: true, silent: true, disableBreaks: true },
};
const TERMINATE = { id: 2, method: 'Runtime.terminateExecution' };
const DISCARD = { id: 3, method: 'Runtime.discardConsoleEntries' };

/** How Node names a thread to the inspector. */
const TITLE = /^\[worker (\d+)\]/;

/** A way into one thread. */
interface ThreadSession {
    sessionId: string;
    /** Waits for what the last look gives. */
    answer?: (result: number | undefined) => void;
}

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
     * Makes a thread look.
     *
     * @param answer - Called with what it says, or with nothing if it has nothing to say; never if it is gone, or as long
     * as no JavaScript is at work there that could be interrupted.
     * @returns Whether the thread could be asked.
     */
    look(threadId: number, answer: (result: number | undefined) => void): boolean {
        const thread = this.#threads.get(threadId);
        if (thread === undefined) return false;
        const isAsked = thread.answer !== undefined;
        thread.answer = answer;
        if (!isAsked) this.#send(thread.sessionId, LOOK);
        return true;
    }

    /** Lets go of what threads have written to their consoles, which an inspector keeps for who may come to see it. */
    discardConsoles(): void {
        this.#session.post('Runtime.discardConsoleEntries');
        for (const sessionId of this.#sessions.keys()) this.#send(sessionId, DISCARD);
    }

    /** Whether a look has not been answered yet. */
    get isAwaited(): boolean {
        return Array.from(this.#sessions.values()).some(({ answer }) => answer !== undefined);
    }

    close(): void {
        this.#session.disconnect();
    }

    #attach({ sessionId, workerInfo }: Attached): void {
        const thread: ThreadSession = { sessionId };
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
        const { id, result, error } = JSON.parse(message) as Reply;
        if (id !== LOOK.id) return;
        // Terminated in the midst of the look: that ends the look alone, and the Actor would go on for ever.
        if (error !== undefined) this.#send(sessionId, TERMINATE);
        const thread = this.#sessions.get(sessionId);
        const answer = thread?.answer;
        if (thread !== undefined) thread.answer = undefined;
        const value = result?.result?.value;
        answer?.(typeof value === 'number' ? value : undefined);
    }

    #send(sessionId: string, message: object): void {
        this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify(message) });
    }
}

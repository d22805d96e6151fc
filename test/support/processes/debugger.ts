import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Engine } from 'greenroom';

/** The location where a debugger has paused a program. */
export interface Stop {
    /** Ids of the breakpoints that were hit. */
    hitBreakpoints: string[];
    callFrames: { callFrameId: string; location: { lineNumber: number } }[];
}

interface Message {
    id?: number;
    method?: string;
    params?: unknown;
    result?: unknown;
    error?: { message: string };
}

/** A debugger that uses the inspector protocol, like those of editors and browsers. */
export class Debugger {
    readonly #socket: WebSocket;
    readonly #answers = new Map<number, (message: Message) => void>();
    readonly #stops: Stop[] = [];
    #wake: () => void = () => {};
    #lastId = 0;
    /** Resolves when the program has closed the connection. */
    readonly closed: Promise<unknown>;

    /** Attaches to a program that waits for it, or is already running. */
    static async attach(url: string): Promise<Debugger> {
        const socket = new WebSocket(url);
        onTestFinished(() => socket.terminate());
        await once(socket, 'open');
        const attached = new Debugger(socket);
        await attached.send('Runtime.enable');
        await attached.send('Debugger.enable');
        return attached;
    }

    private constructor(socket: WebSocket) {
        this.#socket = socket;
        this.closed = once(socket, 'close');
        socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString()) as Message));
    }

    async send<T>(method: string, params: object = {}): Promise<T> {
        const id = ++this.#lastId;
        const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
        this.#socket.send(JSON.stringify({ id, method, params }));
        const { result, error } = await answer;
        if (error !== undefined) throw new Error(`${method}: ${error.message}`);
        return result as T;
    }

    /** Sets a breakpoint at a line, counted from 1, in files with this path suffix. Returns its id. */
    async breakAt(path: string, line: number): Promise<string> {
        const urlRegex = `${path.replaceAll('.', '\\.')}$`;
        const { breakpointId } = await this.send<{ breakpointId: string }>('Debugger.setBreakpointByUrl', {
            urlRegex,
            lineNumber: line - 1,
        });
        return breakpointId;
    }

    /** Starts a program that waits for a debugger. */
    async begin(): Promise<void> {
        await this.send('Runtime.runIfWaitingForDebugger');
    }

    /** Resolves when the program is paused. */
    async stop(): Promise<Stop> {
        for (;;) {
            const stop = this.#stops.shift();
            if (stop !== undefined) return stop;
            await new Promise<void>((resolve) => {
                this.#wake = resolve;
            });
        }
    }

    #receive(message: Message): void {
        if (message.id !== undefined) this.#answers.get(message.id)?.(message);
        if (message.method !== 'Debugger.paused') return;
        this.#stops.push(message.params as Stop);
        this.#wake();
    }
}

/** Resolves with the URL of the next inspector that a run of the engine opens. */
export function nextInspector(engine: Engine): Promise<string> {
    return new Promise((resolve) => engine.on('run.inspector-opened', ({ url }) => resolve(url)));
}

import { fairTurns } from './fair-turns.js';
import { OutputAccount } from './output-account.js';
import { serializeError, type SerializedError } from '../errors/serialize.js';
import { assertNever } from '../util/assert-never.js';
import { ACTOR_TO_HOST_FD, END_FD } from '../protocol/process.js';
import { WAITING_METHODS } from '../protocol/long-questions.js';
import { readActorMessage } from '../protocol/read-actor-message.js';
import type { ApiRequest, ApiResponse } from '../protocol/api.js';
import type { CallStep } from '../protocol/calls.js';
import type { ActorMessage, Crash, HostMessage, SystemEvent } from '../protocol/messages.js';
import type { Port } from '../protocol/port.js';
import { Children } from './children.js';
import { SentBody } from './sent-body.js';
import { WebExchanges } from './web-exchanges.js';
import type { ExecutionRequest } from './executor.js';

/** So many messages of one run are many. */
const CROWD = 32;

/** What the Actor asks. */
type Question = Extract<
    ActorMessage,
    { type: 'call' | 'lease' | 'request' | 'cancel' | 'web-request' | 'upload' | 'taken' }
>;

/** What the Actor said before its side of the channel closed. */
export interface LastWords {
    /** Exit code, if the Actor ended by itself. */
    exitCode?: number;
    crash?: Crash;
    /** Why the last thing that the Actor has left to be done could not be. */
    lost?: SerializedError;
    /** Whether the Actor ended because it used more memory than it may. */
    isOutOfMemory: boolean;
    /** The most memory that was seen. */
    peakBytes: number;
}

/** Requests that change nothing, or that wait for the end of a run. */
function isWaiting({ method, path }: ApiRequest): boolean {
    return method === 'GET' || method === 'HEAD' || path.includes('waitForFinish=');
}

/** The host's side of the channel to one Actor: answers its calls and notices when it has gone. */
export class Channel {
    /** Settles once the Actor's side has said its last word, or has closed without one, and all is taken in. */
    readonly closed: Promise<LastWords>;
    readonly #port: Port;
    readonly #host: ExecutionRequest['host'];
    readonly #onStarted: (threadId: number) => void;
    readonly #lastWords: LastWords = { isOutOfMemory: false, peakBytes: 0 };
    readonly #children: Children;
    readonly #working = new Set<Promise<void>>();
    readonly #web: WebExchanges;
    readonly #outputs = new OutputAccount();
    readonly #lane = fairTurns.lane();
    #isCrowded = false;
    #isOver = false;
    #isRefused = false;
    /** The bodies that are being sent. */
    readonly #bodies = new Map<number, SentBody>();
    #conclude: () => void = () => {};

    constructor(
        port: Port,
        { runId, host }: Pick<ExecutionRequest, 'runId' | 'host'>,
        onStarted: (threadId: number) => void,
    ) {
        this.#port = port;
        this.#host = host;
        this.#web = new WebExchanges(host.fetch, (message) => this.#post(message));
        this.#children = new Children(runId);
        this.#onStarted = onStarted;
        this.closed = new Promise((resolve) => {
            this.#conclude = () => {
                this.#isOver = true;
                this.#outputs.close();
                this.#host.hangUp?.();
                for (const body of this.#bodies.values()) body.giveUp();
                this.#web.end();
                void Promise.allSettled(this.#working).then(() => resolve(this.#lastWords));
            };
        });
        port.on('close', () => this.#take(() => this.#conclude()));
        port.on('message', (message) => this.#take(() => this.#read(message)));
        port.on('messageerror', () => this.#take(() => this.#refuse()));
    }

    /** The processes that the Actor has started. */
    get children(): Children {
        return this.#children;
    }

    /** For the thread at the other end. */
    get outputUnderWay(): SharedArrayBuffer {
        return this.#outputs.shared;
    }

    /** Takes in what the Actor has written past the channel. */
    takeOutput(stream: 'stdout' | 'stderr', text: string): void {
        this.#take(() => this.#host.output(stream, text));
    }

    /** Settles when what has come up to now has been taken in. */
    takenIn(): Promise<void> {
        return new Promise((resolve) => this.#take(resolve));
    }

    /** Tells the Actor of a system event; a closed channel swallows it. */
    send(event: SystemEvent): void {
        this.#post({ type: 'system-event', event });
    }

    /** Has the thread end by itself. */
    end(): void {
        this.#post({ type: 'end' });
    }

    /** Closes the host's side too. */
    close(): void {
        this.#port.close();
    }

    /** Has a piece of work done in its turn. Where many wait, nothing more is read meanwhile from where that can be left. */
    #take(work: () => void): void {
        this.#lane.put(() => {
            work();
            if (this.#isCrowded && this.#lane.isEmpty) this.#setCrowded(false);
        });
        if (!this.#isCrowded && this.#lane.length > CROWD) this.#setCrowded(true);
    }

    #setCrowded(isCrowded: boolean): void {
        this.#isCrowded = isCrowded;
        if (isCrowded) this.#port.pause?.();
        else this.#port.resume?.();
    }

    #read(value: unknown): void {
        if (this.#isRefused) return;
        const message = readActorMessage(value);
        if (message === undefined) this.#refuse();
        else this.#receive(message);
    }

    /** What is no message ends the run: nothing that comes after it can be made sense of. */
    #refuse(): void {
        this.#isRefused = true;
        const message =
            'It wrote to the channel between itself and the engine something that means nothing there. In a process of its ' +
            `own, that channel has the file descriptors ${ACTOR_TO_HOST_FD} to ${END_FD}: leave them alone`;
        this.#lastWords.crash ??= { phase: 'running', error: { name: 'Error', message } };
        this.#lastWords.exitCode ??= 1;
        this.#conclude();
    }

    #receive(message: ActorMessage): void {
        switch (message.type) {
            case 'call':
                if (message.isLast === true) this.#doLast(message.steps);
                else this.#answer(message.id, message.steps);
                break;
            case 'request':
                this.#track(this.#respond(message.id, message.request), isWaiting(message.request));
                break;
            case 'cancel':
                this.#bodies.get(message.id)?.giveUp();
                this.#web.receive(message);
                break;
            // Not waited for at the end: what is outside of the engine keeps nothing for the run.
            case 'web-request':
            case 'upload':
                this.#web.receive(message);
                break;
            case 'taken':
                this.#bodies.get(message.id)?.taken(message.byteCount);
                this.#web.receive(message);
                break;
            case 'lease':
                this.#lend(message);
                break;
            default:
                this.#note(message);
        }
    }

    /** Takes in what is told and not asked. */
    #note(message: Exclude<ActorMessage, Question>): void {
        switch (message.type) {
            case 'started':
                this.#children.belongTo(message.kernelId);
                this.#onStarted(message.threadId);
                break;
            case 'inspector-opened':
                this.#host.inspectorOpened(message.url);
                break;
            case 'output':
                this.#host.output(message.stream, message.text);
                this.#outputs.settle(message.text);
                break;
            case 'input-read':
                this.#host.inputRead();
                break;
            case 'written':
                this.#host.takeIn(message.datasetId);
                break;
            case 'child-started':
                this.#children.started(message.pid);
                break;
            case 'child-ended':
                this.#children.ended(message.pid);
                break;
            case 'usage':
                this.#noteMemory(message.usage.memoryBytes);
                this.#host.usage(message.usage);
                break;
            case 'out-of-memory':
                this.#lastWords.isOutOfMemory = true;
                this.#noteMemory(message.usedBytes);
                break;
            case 'crashed': {
                const { type: _, ...crash } = message;
                this.#lastWords.crash ??= crash;
                break;
            }
            case 'ended':
                this.#lastWords.exitCode = message.exitCode;
                // Nothing comes after it; the thread itself takes a while longer to go, which concerns nobody.
                this.#conclude();
                break;
            default:
                assertNever(message);
        }
    }

    #noteMemory(bytes: number): void {
        this.#lastWords.peakBytes = Math.max(this.#lastWords.peakBytes, bytes);
    }

    #answer(id: number, steps: CallStep[]): void {
        const work = this.#host.call(steps).then(
            (output) => this.#post({ type: 'answer', id, ok: true, output }),
            (error: unknown) => this.#post({ type: 'answer', id, ok: false, error: serializeError(error) }),
        );
        // Nobody waits any more for what only waits itself, once the Actor has gone.
        this.#track(work, WAITING_METHODS.has(steps.at(-1)?.[0] ?? ''));
    }

    /** Does a call that the Actor does not wait for. */
    #doLast(steps: CallStep[]): void {
        const work = this.#host.call(steps).then(
            () => {},
            (error: unknown) => {
                this.#lastWords.lost ??= serializeError(error);
            },
        );
        this.#track(work, false);
    }

    /** The end of the channel waits for what was asked for before it, but not for what itself only waits. */
    #track(work: Promise<void>, isWaiting: boolean): void {
        if (isWaiting) return;
        this.#working.add(work);
        void work.then(() => this.#working.delete(work));
    }

    async #respond(id: number, request: ApiRequest): Promise<void> {
        try {
            const { status, headers, body } = await this.#host.request(request);
            this.#post({ type: 'answer', id, ok: true, output: { status, headers } });
            await this.#sendBody(id, body);
        } catch (error) {
            this.#post({ type: 'answer', id, ok: false, error: serializeError(error) });
        }
    }

    async #sendBody(id: number, body: ApiResponse['body']): Promise<void> {
        const sent = new SentBody(id, body, (message) => this.#post(message));
        this.#bodies.set(id, sent);
        // Asked for by an Actor that has gone since: a log that is followed might not end for long.
        if (this.#isOver) sent.giveUp();
        await sent.send();
        this.#bodies.delete(id);
    }

    #lend({ id, datasetId, byteCount }: Extract<ActorMessage, { type: 'lease' }>): void {
        try {
            this.#post({ type: 'answer', id, ok: true, output: this.#host.lease(datasetId, byteCount) });
        } catch (error) {
            this.#post({ type: 'answer', id, ok: false, error: serializeError(error) });
        }
    }

    #post(message: HostMessage): void {
        try {
            this.#port.postMessage(message);
        } catch (error) {
            if (message.type !== 'answer') throw error;
            this.#port.postMessage({ type: 'answer', id: message.id, ok: false, error: serializeError(error) });
        }
    }
}

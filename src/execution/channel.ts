import { ACTOR_TO_HOST_FD, TERMINATE_FD } from '../protocol/frames.js';
import { outputCost, OutputBackpressure, LONG_POLL_METHODS } from '../protocol/flow-control.js';
import { readActorMessage } from '../protocol/read-actor-message.js';
import { serializeError } from '../errors/serialize.js';
import { assertNever } from '../util/assert-never.js';
import { ChildProcesses } from './process/child-processes.js';
import { InterceptedRequests } from './intercepted-requests.js';
import { RunQueue } from './fair-scheduler.js';
import type { ActorMessage, Crash, HostMessage, Port, SystemEvent } from '../protocol/messages.js';
import type { ExecutionRequest } from '../protocol/execution.js';

/** From this many waiting messages on, nothing more is read from a port that can be paused. */
const MANY_WAITING = 32;

type Request = 'call' | 'write-grant' | 'request' | 'upload' | 'ack' | 'cancel';
/** What an Actor reports about itself. */
type Report = Exclude<ActorMessage, { type: Request | 'child-started' | 'child-ended' }>;

/** What the Actor said before its side of the channel closed. */
export interface ExitReport {
    /** Exit code, if the Actor ended without being killed. */
    exitCode?: number;
    crash?: Crash;
    /** True if the Actor ended because it used more memory than it may. */
    isOutOfMemory: boolean;
    peakBytes: number;
}

/** The host's side of the channel to one Actor: answers its calls and notices when it is gone. */
export class Channel {
    /** Settles once the Actor's side has sent its last message, or has closed without one, and everything is handled. */
    readonly closed: Promise<ExitReport>;
    readonly children: ChildProcesses;
    /** Holds back the output of the thread at the other end. */
    readonly gate = new OutputBackpressure();
    readonly #port: Port;
    readonly #host: ExecutionRequest['host'];
    readonly #onStarted: (threadId: number) => void;
    readonly #lastWords: ExitReport = { isOutOfMemory: false, peakBytes: 0 };
    readonly #working = new Set<Promise<void>>();
    readonly #exchanges = new InterceptedRequests((message) => this.#post(message));
    readonly #lane = new RunQueue();
    #isPaused = false;
    #isRefused = false;
    #conclude: () => void = () => {};

    constructor(
        port: Port,
        { runId, host }: Pick<ExecutionRequest, 'runId' | 'host'>,
        onStarted: (threadId: number) => void,
    ) {
        this.#port = port;
        this.#host = host;
        this.children = new ChildProcesses(runId);
        this.#onStarted = onStarted;
        this.closed = new Promise((resolve) => {
            this.#conclude = () => {
                this.gate.close();
                this.#host.cancelPending?.();
                this.#exchanges.end();
                void Promise.allSettled(this.#working).then(() => resolve(this.#lastWords));
            };
        });
        port.on('close', () => this.#take(() => this.#conclude()));
        port.on('message', (message) => this.#take(() => this.#read(message)));
        port.on('messageerror', () => this.#take(() => this.#refuse()));
    }

    /** Handles output that did not come through the channel. */
    takeOutput(stream: 'stdout' | 'stderr', text: string): void {
        this.#take(() => this.#host.output(stream, text));
    }

    /** Settles when everything that has arrived up to now is handled. */
    takenIn(): Promise<void> {
        return new Promise((resolve) => this.#take(resolve));
    }

    /** Sends a system event to the Actor; does nothing on a closed channel. */
    send(event: SystemEvent): void {
        this.#post({ type: 'system-event', event });
    }

    /** Asks the thread to end. */
    end(): void {
        this.#post({ type: 'terminate' });
    }

    close(): void {
        this.#port.close();
    }

    /** Does a piece of work in its turn. While many wait, a port that can be paused is not read. */
    #take(work: () => void): void {
        this.#lane.put(() => {
            work();
            if (this.#isPaused && this.#lane.length === 0) this.#setPaused(false);
        });
        if (!this.#isPaused && this.#lane.length > MANY_WAITING) this.#setPaused(true);
    }

    #setPaused(isPaused: boolean): void {
        this.#isPaused = isPaused;
        if (isPaused) this.#port.pause?.();
        else this.#port.resume?.();
    }

    #read(value: unknown): void {
        if (this.#isRefused) return;
        const message = readActorMessage(value);
        if (message === undefined) this.#refuse();
        else this.#receive(message);
    }

    /** Ends the run after something that is not a message: whatever follows cannot be understood. */
    #refuse(): void {
        this.#isRefused = true;
        const message =
            'It wrote to the channel between itself and the engine something that means nothing there. In a process of its ' +
            `own, that channel has the file descriptors ${ACTOR_TO_HOST_FD} to ${TERMINATE_FD}: leave them alone`;
        this.#lastWords.crash ??= { phase: 'running', error: { name: 'Error', message } };
        this.#lastWords.exitCode ??= 1;
        this.#conclude();
    }

    #receive(message: ActorMessage): void {
        switch (message.type) {
            case 'call':
                this.#track(
                    this.#answer(message.id, () => this.#host.call(message.segments)),
                    LONG_POLL_METHODS.has(message.segments.at(-1)?.[0] ?? ''),
                );
                break;
            case 'write-grant':
                this.#track(
                    this.#answer(message.id, async () =>
                        this.#host.grantDirectWrites(message.datasetId, message.byteCount),
                    ),
                );
                break;
            case 'request':
                this.#request(message);
                break;
            case 'cancel':
            case 'upload':
            case 'ack':
                this.#exchanges.receive(message);
                break;
            case 'child-started':
                this.children.started(message.pid);
                break;
            case 'child-ended':
                this.children.ended(message.pid);
                break;
            default:
                this.#note(message);
        }
    }

    #note(message: Report): void {
        switch (message.type) {
            case 'started':
                this.children.kernelId = message.kernelId;
                this.#onStarted(message.threadId);
                break;
            case 'inspector-opened':
                this.#host.inspectorOpened(message.url);
                break;
            case 'output':
                this.#host.output(message.stream, message.text);
                this.gate.release(outputCost(message.text));
                break;
            case 'input-read':
                this.#host.inputRead();
                break;
            case 'data-appended':
                this.#host.ingest(message.datasetId);
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
            case 'exited':
                this.#lastWords.exitCode = message.exitCode;
                // The last message; the thread takes a while longer to end, which concerns no one.
                this.#conclude();
                break;
            default:
                assertNever(message);
        }
    }

    #noteMemory(bytes: number): void {
        this.#lastWords.peakBytes = Math.max(this.#lastWords.peakBytes, bytes);
    }

    async #answer(id: number, work: () => Promise<unknown>): Promise<void> {
        try {
            this.#post({ type: 'response', id, ok: true, output: await work() });
        } catch (error) {
            this.#post({ type: 'response', id, ok: false, error: serializeError(error) });
        }
    }

    #request({ id, request, isForApi, isUpload }: Extract<ActorMessage, { type: 'request' }>): void {
        const { method, url } = request;
        const isWaiting = method === 'GET' || method === 'HEAD' || url.includes('waitForFinish=');
        const responded = this.#exchanges.respond(id, isUpload, (exchange) =>
            isForApi ? this.#host.request(request) : this.#host.fetch(request, exchange),
        );
        // A network handler keeps nothing for the run.
        this.#track(responded, isWaiting || !isForApi);
    }

    /** The end of the channel waits for work, except for calls that change nothing or only wait. */
    #track(work: Promise<void>, isWaiting = false): void {
        if (isWaiting) return;
        this.#working.add(work);
        void work.then(() => this.#working.delete(work));
    }

    #post(message: HostMessage): void {
        try {
            this.#port.postMessage(message);
        } catch (error) {
            if (message.type !== 'response') throw error;
            this.#port.postMessage({ type: 'response', id: message.id, ok: false, error: serializeError(error) });
        }
    }
}

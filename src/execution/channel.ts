import { ACTOR_TO_HOST_FD, TERMINATE_FD } from '../protocol/frames.js';
import { outputCost, OutputBackpressure, LONG_POLL_METHODS } from '../protocol/flow-control.js';
import { readActorMessage } from '../protocol/read-actor-message.js';
import { serializeError } from '../errors/serialize.js';
import { assertNever } from '../util/assert-never.js';
import { ChildProcesses } from './process/child-processes.js';
import { InterceptedRequests } from './intercepted-requests.js';
import { RunQueue } from './fair-scheduler.js';
import type { ActorMessage, Crash, HostMessage, Port, SystemEvent } from '../protocol/messages.js';
import type { ExecutionRequest, OtherMemoryLimit } from '../protocol/execution.js';

/** Number of queued messages above which the port is paused, if it can be. */
const PAUSE_THRESHOLD = 32;

type Request = 'call' | 'write-grant' | 'child-env' | 'request' | 'upload' | 'ack' | 'cancel';
/** A report of the Actor about itself. */
type Report = Exclude<ActorMessage, { type: Request | 'child-started' | 'child-ended' }>;

/** The reports of the Actor about its end. */
export interface ExitReport {
    /** Exit code, if the Actor exited without being killed. */
    exitCode?: number;
    crash?: Crash;
    /** Why the first connection was refused that the option `network` forbids. */
    refusal?: string;
    /** True if the Actor ended because it exceeded its memory limit. */
    isOutOfMemory: boolean;
    /** The limit that it exceeded, if it is not that of the run. */
    exceeded?: OtherMemoryLimit | undefined;
    /** Peak memory, as far as the Actor reported it. */
    peakBytes: number;
}

/** The host's side of the channel to one Actor: answers its calls and detects its end. */
export class Channel {
    /** Resolves when the Actor has sent its last message or closed the channel, and all messages are handled. */
    readonly closed: Promise<ExitReport>;
    readonly children: ChildProcesses;
    /** Limits the output of the Actor's thread. */
    readonly backpressure = new OutputBackpressure();
    readonly #port: Port;
    readonly #host: ExecutionRequest['host'];
    readonly #onStarted: (threadId: number) => void;
    readonly #exitReport: ExitReport = { isOutOfMemory: false, peakBytes: 0 };
    readonly #pending = new Set<Promise<void>>();
    readonly #requests = new InterceptedRequests((message) => this.#post(message));
    readonly #queue = new RunQueue();
    #isPaused = false;
    #isRejected = false;
    #finish: () => void = () => {};

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
            this.#finish = () => {
                this.backpressure.close();
                this.#host.cancelPending?.();
                this.#requests.abortAll();
                void Promise.allSettled(this.#pending).then(() => resolve(this.#exitReport));
            };
        });
        port.on('close', () => this.#enqueue(() => this.#finish()));
        port.on('message', (message) => this.#enqueue(() => this.#read(message)));
        port.on('messageerror', () => this.#enqueue(() => this.#rejectMessage()));
    }

    /** Handles output that did not come through the channel. */
    handleOutput(stream: 'stdout' | 'stderr', text: string): void {
        this.#enqueue(() => this.#host.output(stream, text));
    }

    /** Resolves when all messages that have arrived are handled. */
    drained(): Promise<void> {
        return new Promise((resolve) => this.#enqueue(resolve));
    }

    /** Sends a system event to the Actor; does nothing on a closed channel. */
    send(event: SystemEvent): void {
        this.#post({ type: 'system-event', event });
    }

    /** Asks the thread to stop. */
    requestStop(): void {
        this.#post({ type: 'terminate' });
    }

    close(): void {
        this.#port.close();
    }

    /** Queues work. Pauses the port while the queue is long, if the port can be paused. */
    #enqueue(work: () => void): void {
        this.#queue.enqueue(() => {
            work();
            if (this.#isPaused && this.#queue.length === 0) this.#setPaused(false);
        });
        if (!this.#isPaused && this.#queue.length > PAUSE_THRESHOLD) this.#setPaused(true);
    }

    #setPaused(isPaused: boolean): void {
        this.#isPaused = isPaused;
        if (isPaused) this.#port.pause?.();
        else this.#port.resume?.();
    }

    #read(value: unknown): void {
        if (this.#isRejected) return;
        const message = readActorMessage(value);
        if (message === undefined) this.#rejectMessage();
        else this.#handleMessage(message);
    }

    /** Ends the run after an invalid message, because later data cannot be parsed. */
    #rejectMessage(): void {
        this.#isRejected = true;
        const message =
            'The Actor wrote an invalid message to its channel to the engine. A value that it passes may be nested more than ' +
            '1000 levels deep. In a process of its own, the channel uses the ' +
            `file descriptors ${ACTOR_TO_HOST_FD} to ${TERMINATE_FD}; do not write to them`;
        this.#exitReport.crash ??= { phase: 'running', error: { name: 'Error', message } };
        this.#exitReport.exitCode ??= 1;
        this.#finish();
    }

    #handleMessage(message: ActorMessage): void {
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
            case 'child-env':
                this.#track(
                    this.#answer(message.id, () => this.#host.createChildEnv()),
                    true,
                );
                break;
            case 'request':
                this.#request(message);
                break;
            case 'cancel':
            case 'upload':
            case 'ack':
                this.#requests.receive(message);
                break;
            case 'child-started':
                this.children.add(message.pid);
                break;
            case 'child-ended':
                this.children.remove(message.pid);
                break;
            default:
                this.#handleReport(message);
        }
    }

    #handleReport(message: Report): void {
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
                this.backpressure.release(outputCost(message.text));
                break;
            case 'input-read':
                this.#host.inputRead();
                break;
            case 'data-appended':
                this.#host.ingest(message.datasetId);
                break;
            case 'usage':
                this.#recordMemory(message.usage.memoryBytes);
                this.#host.usage(message.usage);
                break;
            case 'out-of-memory':
                this.#exitReport.isOutOfMemory = true;
                this.#exitReport.exceeded = message.exceeded;
                this.#recordMemory(message.usedBytes);
                break;
            case 'crashed': {
                const { type: _, ...crash } = message;
                this.#exitReport.crash ??= crash;
                break;
            }
            case 'exited':
                this.#exitReport.exitCode = message.exitCode;
                this.#exitReport.refusal = message.refusal;
                // The last message. Do not wait for the thread, which ends later.
                this.#finish();
                break;
            default:
                assertNever(message);
        }
    }

    #recordMemory(bytes: number): void {
        this.#exitReport.peakBytes = Math.max(this.#exitReport.peakBytes, bytes);
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
        const canBeDropped = method === 'GET' || method === 'HEAD' || url.includes('waitForFinish=');
        const responded = this.#requests.respond(id, isUpload, (exchange) =>
            isForApi ? this.#host.request(request) : this.#host.fetch(request, exchange),
        );
        // Responses of network handlers change no data of the run.
        this.#track(responded, canBeDropped || !isForApi);
    }

    /** Makes the end of the channel wait for work, except for calls that only read or wait. */
    #track(work: Promise<void>, canBeDropped = false): void {
        if (canBeDropped) return;
        this.#pending.add(work);
        void work.then(() => this.#pending.delete(work));
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

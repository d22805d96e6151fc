import { serializeError } from '../errors/serialize.js';
import { assertNever } from '../util/assert-never.js';
import type { MessagePort } from 'node:worker_threads';
import type { CallStep } from '../protocol/calls.js';
import type { ActorMessage, Crash, HostMessage, SystemEvent } from '../protocol/messages.js';
import type { ExecutionHost } from './executor.js';

/** Calls that only wait for something else; nobody waits for them once the Actor has gone. */
const WAITING_CALLS: ReadonlySet<string> = new Set(['call', 'waitForFinish']);

/** What the Actor said before its side of the channel closed. */
export interface LastWords {
    /** Exit code, if the Actor ended by itself. */
    exitCode?: number;
    crash?: Crash;
    peakBytes: number;
}

/** The host's side of the channel to one Actor: answers its calls and notices when it has gone. */
export class Channel {
    /** Settles once the Actor's side has said its last word, or has closed without one, and all is taken in. */
    readonly closed: Promise<LastWords>;
    readonly #port: MessagePort;
    readonly #host: ExecutionHost;
    readonly #onStarted: () => void;
    readonly #lastWords: LastWords = { peakBytes: 0 };
    readonly #working = new Set<Promise<void>>();
    #conclude: () => void = () => {};

    constructor(port: MessagePort, host: ExecutionHost, onStarted: () => void) {
        this.#port = port;
        this.#host = host;
        this.#onStarted = onStarted;
        this.closed = new Promise((resolve) => {
            this.#conclude = () => {
                void Promise.allSettled(this.#working).then(() => resolve(this.#lastWords));
            };
        });
        port.on('close', () => this.#conclude());
        port.on('message', (message: ActorMessage) => this.#receive(message));
    }

    /** Tells the Actor of a system event; a closed channel swallows it. */
    send(event: SystemEvent): void {
        this.#post({ type: 'system-event', event });
    }

    /** Closes the host's side too. */
    close(): void {
        this.#port.close();
    }

    #receive(message: ActorMessage): void {
        switch (message.type) {
            case 'started':
                this.#onStarted();
                break;
            case 'call':
                this.#answer(message.id, message.steps);
                break;
            case 'lease':
                this.#lend(message.id, message.datasetId);
                break;
            case 'output':
                this.#host.output(message.stream, message.text);
                break;
            case 'usage': {
                const memoryBytes = message.heapBytes + message.externalBytes;
                this.#lastWords.peakBytes = Math.max(this.#lastWords.peakBytes, memoryBytes);
                this.#host.usage({ memoryBytes, cpuMicros: message.cpuMicros });
                break;
            }
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

    #answer(id: number, steps: CallStep[]): void {
        const work = this.#host.call(steps).then(
            (output) => this.#post({ type: 'answer', id, ok: true, output }),
            (error: unknown) => this.#post({ type: 'answer', id, ok: false, error: serializeError(error) }),
        );
        if (WAITING_CALLS.has(steps.at(-1)?.[0] ?? '')) return;
        this.#working.add(work);
        void work.then(() => this.#working.delete(work));
    }

    #lend(id: number, datasetId: string): void {
        try {
            this.#post({ type: 'answer', id, ok: true, output: this.#host.lease(datasetId) });
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

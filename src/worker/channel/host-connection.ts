import { MessagePort } from 'node:worker_threads';
import { EngineError } from '../../errors/engine-error.js';
import { deserializeError, serializeError } from '../../errors/serialize.js';
import { assertNever } from '../../util/assert-never.js';
import { ownBuffer } from '../../util/bytes/own-buffer.js';
import { AnswerPoll } from './answer-poll.js';
import { bodyStream, type BodyStreamHandler } from '../../util/bytes/body-stream.js';
import { RequestWindow, type HostRequest } from './request-window.js';
import { toBuffer } from './record-values.js';
import type { CallSegment } from '../../protocol/calls.js';
import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import type { ActorMessage, AssignedInput, HostMessage, Port, SystemEvent } from '../../protocol/messages.js';
import type { WebRequestContext, WebRequest, WebResponse, WebResponseHead } from '../../protocol/network.js';
import type { JsonValue, RecordValue } from '../../model/api/storage.js';

type Answer = Extract<HostMessage, { type: 'response' }>;

export interface CallTransport {
    /** Asks the host to do a client call; rejects with the host's error. */
    call(segments: CallSegment[]): Promise<unknown>;
    /** Hands out the input that came with the assignment, once, if that record is read and cannot have changed. */
    takeInput?(storeId: string, key: string): RecordValue | undefined;
}

/** What the rest of the runtime needs in order to report to the host. */
export interface MessageSink {
    post(message: ActorMessage): void;
}

/** At its end, a thread waits this long for the next answer, and looks for it this often. */
const LONGEST_SILENCE_MILLIS = 2_000;
const NAP_MILLIS = 1;

const PLAIN_JSON = /^application\/json(?:; ?charset=utf-8)?$/i;

/**
 * The Actor's side of the channel to the host. It keeps the thread alive only while a call is unanswered, so that an Actor that
 * has nothing left to do ends.
 */
export class HostConnection implements CallTransport, MessageSink {
    /** Called for each system event, after {@link HostConnection.signal} has been aborted by it. */
    onSystemEvent: (event: SystemEvent) => void = () => {};
    /** Called when the host ends the thread. */
    onEnd: () => void = () => {};
    /** Called before the last message. */
    onBeforeExit: () => void = () => {};
    readonly #port: Port;
    /** Only a thread can look for messages before its event loop does. */
    readonly #poll: AnswerPoll | undefined;
    readonly #window = new RequestWindow((question) => this.#port.postMessage(question));
    #input: AssignedInput | undefined;
    readonly #pending = new Map<number, (answer: Answer) => void>();
    readonly #abort = new AbortController();
    readonly #bodies = new Map<number, BodyStreamHandler>();
    #isToldToEnd = false;
    /** Set before the port closes, and never touched after: a closing port ends the process. */
    #isClosed = false;
    #lastId = 0;

    /** @param input - The input, where it came with the assignment. */
    constructor(port: Port, input?: AssignedInput) {
        this.#port = port;
        this.#input = input;
        const receive = (message: unknown): void => this.#receive(message as HostMessage);
        this.#poll = port instanceof MessagePort ? new AnswerPoll(port, receive) : undefined;
        port.on('message', receive);
        port.on('close', () => {
            this.#isClosed = true;
            this.#abandonPending();
        });
        port.unref();
    }

    /** Aborted when the host says that the run is to end. */
    get signal(): AbortSignal {
        return this.#abort.signal;
    }

    /** True once the Actor has asked the host for anything. */
    get wasUsed(): boolean {
        return this.#lastId > 0;
    }

    /** Ends the thread at once, because the host wants it. */
    end(): void {
        this.#isToldToEnd = true;
        this.onEnd();
    }

    /** Sends the last message, after everything that the Actor has asked for unless the host ends it. */
    reportExit(exitCode: number): void {
        if (!this.#isToldToEnd) this.#sendRest();
        this.onBeforeExit();
        this.post(this.#isToldToEnd ? { type: 'exited' } : { type: 'exited', exitCode });
        this.#isClosed = true;
    }

    post(message: ActorMessage): void {
        if (this.#isClosed) return;
        // As with a container that is killed, what has not been sent by then never is.
        if (message.type === 'out-of-memory') this.#window.clear();
        this.#port.postMessage(message);
    }

    /** Does what the Actor has asked for and not awaited, as fast as the host takes it; the thread blocks meanwhile. */
    #sendRest(): void {
        const nap = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
        let heardAt = performance.now();
        while (this.#poll && !this.#window.isEmpty && !this.#isToldToEnd) {
            if (this.#poll.receiveOne()) heardAt = performance.now();
            else Atomics.wait(nap, 0, 0, NAP_MILLIS);
            if (performance.now() - heardAt > LONGEST_SILENCE_MILLIS) break;
        }
        if (!this.#isToldToEnd) this.#window.flush();
    }

    async call(segments: CallSegment[]): Promise<unknown> {
        return this.#ask({ type: 'call', id: ++this.#lastId, segments });
    }

    takeInput(storeId: string, key: string): RecordValue | undefined {
        const input = this.#input;
        if (input?.storeId !== storeId || input.key !== key) return undefined;
        this.#input = undefined;
        const record = parseInput(input);
        if (record !== undefined) this.post({ type: 'input-read' });
        return record;
    }

    /** Asks for a place for that many bytes of items of a dataset; undefined if there is none. */
    async requestWriteGrant(datasetId: string, byteCount: number): Promise<DirectWriteGrant | undefined> {
        return this.#ask({ type: 'write-grant', id: ++this.#lastId, datasetId, byteCount }) as Promise<
            DirectWriteGrant | undefined
        >;
    }

    /** Reports that much has been written to a file that was lent. */
    reportAppended(datasetId: string): void {
        this.post({ type: 'data-appended', datasetId });
    }

    /** Has the API of the engine, or the network handler of the host, answer a request; the body of the response comes as it is read. */
    async fetch(request: WebRequest, { upload, signal }: WebRequestContext, isForApi: boolean): Promise<WebResponse> {
        signal.throwIfAborted();
        const id = ++this.#lastId;
        signal.addEventListener('abort', () => this.#giveUp(id, signal), { once: true });
        const { taker, pieces } = bodyStream(
            () => this.#cancel(id),
            (byteCount) => this.post({ type: 'ack', id, byteCount }),
        );
        this.#bodies.set(id, taker);
        const body = request.body && ownBuffer(request.body);
        const isUpload = upload !== undefined;
        try {
            const head = this.#ask({ type: 'request', id, request: { ...request, body }, isForApi, isUpload });
            if (isUpload) void this.#upload(id, upload);
            return { ...((await head) as WebResponseHead), body: pieces };
        } catch (error) {
            this.#bodies.delete(id);
            this.#restIfDone();
            throw error;
        }
    }

    async #upload(id: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
        let isBroken = false;
        try {
            for await (const bytes of pieces) this.post({ type: 'upload', id, bytes: ownBuffer(bytes) });
        } catch {
            isBroken = true;
        }
        this.post({ type: 'upload', id, isBroken });
    }

    #giveUp(id: number, { reason }: AbortSignal): void {
        this.#bodies.get(id)?.fail(reason as Error);
        this.#cancel(id);
        this.#settle({ type: 'response', id, ok: false, error: serializeError(reason) });
    }

    #cancel(id: number): void {
        if (this.#bodies.delete(id)) this.post({ type: 'cancel', id });
        this.#restIfDone();
    }

    async #ask(question: HostRequest): Promise<unknown> {
        this.#send(question);
        const answer = await new Promise<Answer>((resolve) => {
            this.#port.ref();
            this.#pending.set(question.id, resolve);
            // After all calls of this turn have been sent.
            queueMicrotask(() => this.#pollFor(question.id));
        });
        if (answer.ok) return answer.output;
        // Made here and not where the answer came in, so that V8 can add the callers that await it to its stack.
        throw deserializeError(answer.error);
    }

    #pollFor(id: number): void {
        const isAwaited = (): boolean => this.#pending.has(id) && !this.#isClosed;
        if (isAwaited()) this.#poll?.pollWhile(isAwaited);
    }

    #send(message: HostRequest): void {
        if (this.#isClosed) throw goneError();
        // Any other call may change it.
        if (message.type !== 'call' || message.segments.at(-1)?.[0] !== 'get') this.#input = undefined;
        try {
            this.#window.ask(message);
        } catch (cause) {
            const method = (message.type === 'call' && message.segments.at(-1)?.[0]) || message.type;
            const reason = cause instanceof Error ? cause.message : String(cause);
            throw new EngineError(
                'invalid-value',
                `An argument of \`${method}\` cannot leave the Actor: ${reason}. Pass plain data, text or bytes.`,
                { cause },
            );
        }
    }

    #receive(message: HostMessage): void {
        switch (message.type) {
            case 'response':
                this.#settle(message);
                break;
            case 'body':
                this.#takeBody(message);
                break;
            case 'system-event':
                this.#announce(message.event);
                break;
            case 'terminate':
                this.end();
                break;
            default:
                assertNever(message);
        }
    }

    #settle(answer: Answer): void {
        const resolve = this.#pending.get(answer.id);
        this.#pending.delete(answer.id);
        if (!this.#isClosed) this.#window.settle(answer.id);
        this.#restIfDone();
        resolve?.(answer);
    }

    #restIfDone(): void {
        if (this.#pending.size === 0 && this.#bodies.size === 0 && !this.#isClosed) this.#port.unref();
    }

    #takeBody({ id, bytes, error }: Extract<HostMessage, { type: 'body' }>): void {
        const taker = this.#bodies.get(id);
        if (bytes === undefined) this.#bodies.delete(id);
        this.#restIfDone();
        if (error !== undefined) taker?.fail(deserializeError(error));
        else if (bytes === undefined) taker?.end();
        else taker?.take(bytes);
    }

    #announce(event: SystemEvent): void {
        if (event.name === 'aborting') {
            this.#abort.abort(new DOMException(`The run is ending: ${event.reason}.`, 'AbortError'));
        }
        this.onSystemEvent(event);
    }

    #abandonPending(): void {
        this.#window.clear();
        for (const taker of this.#bodies.values()) taker.fail(goneError());
        this.#bodies.clear();
        for (const id of [...this.#pending.keys()]) {
            this.#settle({ type: 'response', id, ok: false, error: serializeError(goneError()) });
        }
    }
}

function goneError(): EngineError {
    return new EngineError('run-gone', 'The engine closed the channel to the Actor before it answered this call.');
}

/** Undefined for anything but JSON, which the host hands out or says what is wrong with it. */
function parseInput({ key, contentType, bytes }: AssignedInput): RecordValue | undefined {
    if (!PLAIN_JSON.test(contentType) || bytes.length === 0) return undefined;
    try {
        return { key, value: JSON.parse(toBuffer(bytes).toString()) as JsonValue, contentType };
    } catch {
        return undefined;
    }
}

import { setImmediate } from 'node:timers/promises';
import { MessagePort } from 'node:worker_threads';
import { EngineError } from '../../errors/engine-error.js';
import { deserializeError, serializeError } from '../../errors/serialize.js';
import { assertNever } from '../../util/assert-never.js';
import { toOwnBuffer } from '../../util/bytes/own-buffer.js';
import { SpinWaiter } from './spin-waiter.js';
import { createBodyStream, type BodyWriter } from '../../util/bytes/body-stream.js';
import { RequestWindow, type HostRequest } from './request-window.js';
import { toBuffer } from './record-values.js';
import type { CallSegment } from '../../protocol/calls.js';
import type { DirectWriteGrant } from '../../protocol/direct-write.js';
import type { ActorMessage, AssignedInput, HostMessage, Port, SystemEvent } from '../../protocol/messages.js';
import type { WebRequestContext, WebRequest, WebResponse, WebResponseHead } from '../../protocol/network.js';
import type { JsonValue, RecordValue } from '../../model/api/storage.js';

type HostResponse = Extract<HostMessage, { type: 'response' }>;

/** Sends client calls to the host. */
export interface CallTransport {
    /** Performs a client call on the host; rejects with the host's error. */
    call(segments: CallSegment[]): Promise<unknown>;
    /** Returns the input of the assignment, once, if that record is read and cannot have changed. */
    takeAssignedInput?(storeId: string, key: string): RecordValue | undefined;
}

/** Sends messages to the host. */
export interface MessageSink {
    /** Sends a message; does nothing once the connection is closed. */
    post(message: ActorMessage): void;
}

/** At its end, a thread waits this long for the next response, and polls at this interval. */
const MAX_SILENCE_MILLIS = 2_000;
const POLL_MILLIS = 1;
/** Maximum time to wait for a host that has to load and open its server first. */
const MAX_CHILD_ENV_MILLIS = 10_000;

const PLAIN_JSON = /^application\/json(?:; ?charset=utf-8)?$/i;

/**
 * The Actor's side of the channel to the host. It keeps the thread alive only while a call is pending, so that an Actor
 * that has nothing left to do ends.
 */
export class HostConnection implements CallTransport, MessageSink {
    /** Called for each system event, after {@link HostConnection.signal} has been aborted. */
    onSystemEvent: (event: SystemEvent) => void = () => {};
    /** Called when the host ends the thread. */
    onTerminate: () => void = () => {};
    /** Calls a function as code of this run. */
    enter: (work: () => void) => void = (work) => work();
    /** Called before the last message. */
    onBeforeExit: () => void = () => {};
    readonly #port: Port;
    /** Only a thread can read messages before its event loop does. */
    readonly #waiter: SpinWaiter | undefined;
    readonly #window = new RequestWindow((request) => this.#port.postMessage(request));
    #input: AssignedInput | undefined;
    readonly #pending = new Map<number, (response: HostResponse) => void>();
    readonly #abort = new AbortController();
    readonly #bodies = new Map<number, BodyWriter>();
    #isTerminated = false;
    /** Set before the port closes; the port must not be used after that, since a closing port ends the process. */
    #isClosed = false;
    #lastId = 0;

    /** @param input - The input, if it came with the assignment. */
    constructor(port: Port, input?: AssignedInput) {
        this.#port = port;
        this.#input = input;
        const receive = (message: unknown): void => this.#receive(message as HostMessage);
        this.#waiter = port instanceof MessagePort ? new SpinWaiter(port, receive) : undefined;
        port.on('message', receive);
        port.on('close', () => {
            this.#isClosed = true;
            this.#rejectPending();
        });
        port.unref();
    }

    /** Aborted when the host asks the run to end. */
    get signal(): AbortSignal {
        return this.#abort.signal;
    }

    /** True once the Actor has sent a request to the host. */
    get hasSentRequests(): boolean {
        return this.#lastId > 0;
    }

    /** Ends the thread at once, on behalf of the host. */
    terminate(): void {
        this.#isTerminated = true;
        this.onTerminate();
    }

    /**
     * Sends the last message, after all pending requests unless the host ends the thread. Nothing of the Actor receives
     * a response any more, and all further calls are rejected, even if its code continues.
     */
    reportExit(exitCode: number, refusal?: string): void {
        try {
            if (!this.#isTerminated) this.#drainWindow();
            this.onBeforeExit();
        } finally {
            const report = this.#isTerminated ? {} : { exitCode, ...(refusal && { refusal }) };
            this.post({ type: 'exited', ...report });
            this.#isClosed = true;
            this.#pending.clear();
            this.#bodies.clear();
            this.#port.unref();
        }
    }

    post(message: ActorMessage): void {
        if (this.#isClosed) return;
        // As in a container that is killed, requests not sent by then are lost.
        if (message.type === 'out-of-memory') this.#window.clear();
        this.#port.postMessage(message);
    }

    /** Sends the pending requests as fast as the host accepts them; blocks the thread. */
    #drainWindow(): void {
        this.#receiveWhile(() => !this.#window.isEmpty, MAX_SILENCE_MILLIS);
        if (!this.#isTerminated) this.#window.flush();
    }

    /** Receives messages while a condition holds, but not for longer than the host may be silent; blocks the thread. */
    #receiveWhile(condition: () => boolean, maxSilenceMillis: number): void {
        const sleepWord = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
        let lastReceivedAt = performance.now();
        while (this.#waiter && condition() && !this.#isTerminated && !this.#isClosed) {
            if (this.#waiter.receiveOne()) lastReceivedAt = performance.now();
            else Atomics.wait(sleepWord, 0, 0, POLL_MILLIS);
            if (performance.now() - lastReceivedAt > maxSilenceMillis) break;
        }
    }

    /**
     * Requests the variables for the processes and threads that the Actor starts, and blocks the thread until the host
     * responds. Undefined if it does not respond in time, or if this is a process, which cannot wait.
     */
    requestChildEnv(): Record<string, string> | undefined {
        if (this.#waiter === undefined || this.#isClosed) return undefined;
        const id = ++this.#lastId;
        let response: HostResponse | undefined;
        this.#pending.set(id, (received) => (response = received));
        this.#port.postMessage({ type: 'child-env', id } satisfies ActorMessage);
        this.#receiveWhile(() => response === undefined && this.#pending.has(id), MAX_CHILD_ENV_MILLIS);
        this.#pending.delete(id);
        return response?.ok === true ? (response.output as Record<string, string>) : undefined;
    }

    async call(segments: CallSegment[]): Promise<unknown> {
        return this.#request({ type: 'call', id: ++this.#lastId, segments });
    }

    takeAssignedInput(storeId: string, key: string): RecordValue | undefined {
        const input = this.#input;
        if (input?.storeId !== storeId || input.key !== key) return undefined;
        this.#input = undefined;
        const record = parseInput(input);
        if (record !== undefined) this.post({ type: 'input-read' });
        return record;
    }

    /** Requests direct writes with room for `byteCount` bytes; undefined if they are not possible. */
    async requestWriteGrant(datasetId: string, byteCount: number): Promise<DirectWriteGrant | undefined> {
        return this.#request({ type: 'write-grant', id: ++this.#lastId, datasetId, byteCount }) as Promise<
            DirectWriteGrant | undefined
        >;
    }

    /** Reports that a large amount has been appended to the file of a grant. */
    reportAppended(datasetId: string): void {
        this.post({ type: 'data-appended', datasetId });
    }

    /**
     * Sends a request to the API of the engine or to the network handler of the host. The body of the response arrives
     * as it is read.
     */
    async fetch(request: WebRequest, { upload, signal }: WebRequestContext, isForApi: boolean): Promise<WebResponse> {
        signal.throwIfAborted();
        const id = ++this.#lastId;
        signal.addEventListener('abort', () => this.#abandon(id, signal), { once: true });
        const { writer, chunks } = createBodyStream(
            () => this.#cancel(id),
            (byteCount) => this.post({ type: 'ack', id, byteCount }),
        );
        this.#bodies.set(id, writer);
        const body = request.body && toOwnBuffer(request.body);
        const isUpload = upload !== undefined;
        try {
            const head = this.#request({ type: 'request', id, request: { ...request, body }, isForApi, isUpload });
            if (isUpload) void this.#upload(id, upload);
            return { ...((await head) as WebResponseHead), body: chunks };
        } catch (error) {
            this.#bodies.delete(id);
            this.#unrefIfIdle();
            throw error;
        }
    }

    async #upload(id: number, chunks: AsyncIterable<Uint8Array>): Promise<void> {
        let isBroken = false;
        try {
            for await (const bytes of chunks) this.post({ type: 'upload', id, bytes: toOwnBuffer(bytes) });
        } catch {
            isBroken = true;
        }
        this.post({ type: 'upload', id, isBroken });
    }

    #abandon(id: number, { reason }: AbortSignal): void {
        this.#bodies.get(id)?.fail(reason as Error);
        this.#cancel(id);
        this.#settle({ type: 'response', id, ok: false, error: serializeError(reason) });
    }

    #cancel(id: number): void {
        if (this.#bodies.delete(id)) this.post({ type: 'cancel', id });
        this.#unrefIfIdle();
    }

    async #request(request: HostRequest): Promise<unknown> {
        if (this.#isClosed) {
            // In another turn of the event loop, which an Actor that retries at once would otherwise block.
            await setImmediate();
            throw connectionClosedError();
        }
        this.#send(request);
        const response = await new Promise<HostResponse>((resolve) => {
            this.#port.ref();
            this.#pending.set(request.id, resolve);
            // After all calls of this tick have been sent.
            queueMicrotask(() => this.#spinFor(request.id));
        });
        if (response.ok) return response.output;
        // Created here and not on arrival, so that V8 can add the awaiting callers to its stack.
        throw deserializeError(response.error);
    }

    #spinFor(id: number): void {
        const isAwaited = (): boolean => this.#pending.has(id) && !this.#isClosed;
        if (isAwaited()) this.#waiter?.spin(isAwaited);
    }

    #send(message: HostRequest): void {
        // Any other call may change the input.
        if (message.type !== 'call' || message.segments.at(-1)?.[0] !== 'get') this.#input = undefined;
        try {
            this.#window.submit(message);
        } catch (cause) {
            const method = (message.type === 'call' && message.segments.at(-1)?.[0]) || message.type;
            const reason = cause instanceof Error ? cause.message : String(cause);
            throw new EngineError(
                'invalid-value',
                `An argument of \`${method}\` cannot be sent to the engine: ${reason}. Pass plain data, text or bytes.`,
                { cause },
            );
        }
    }

    #receive(message: HostMessage): void {
        // The thread may already execute another run.
        if (this.#isClosed) return;
        switch (message.type) {
            case 'response':
                this.#settle(message);
                break;
            case 'body':
                this.#receiveBody(message);
                break;
            case 'system-event':
                this.enter(() => this.#handleSystemEvent(message.event));
                break;
            case 'terminate':
                this.terminate();
                break;
            default:
                assertNever(message);
        }
    }

    #settle(response: HostResponse): void {
        const resolve = this.#pending.get(response.id);
        this.#pending.delete(response.id);
        if (!this.#isClosed) this.#window.release(response.id);
        this.#unrefIfIdle();
        resolve?.(response);
    }

    #unrefIfIdle(): void {
        if (this.#pending.size === 0 && this.#bodies.size === 0 && !this.#isClosed) this.#port.unref();
    }

    #receiveBody({ id, bytes, error }: Extract<HostMessage, { type: 'body' }>): void {
        const handler = this.#bodies.get(id);
        if (bytes === undefined) this.#bodies.delete(id);
        this.#unrefIfIdle();
        if (error !== undefined) handler?.fail(deserializeError(error));
        else if (bytes === undefined) handler?.end();
        else handler?.write(bytes);
    }

    #handleSystemEvent(event: SystemEvent): void {
        if (event.name === 'aborting') {
            this.#abort.abort(new DOMException(`The run is ending: ${event.reason}.`, 'AbortError'));
        }
        this.onSystemEvent(event);
    }

    #rejectPending(): void {
        this.#window.clear();
        for (const handler of this.#bodies.values()) handler.fail(connectionClosedError());
        this.#bodies.clear();
        for (const id of [...this.#pending.keys()]) {
            this.#settle({ type: 'response', id, ok: false, error: serializeError(connectionClosedError()) });
        }
    }
}

function connectionClosedError(): EngineError {
    return new EngineError(
        'run-gone',
        'The engine closed the connection to the Actor before it responded to this call.',
    );
}

/** Parses the input; undefined for anything but valid JSON, which the host returns or rejects. */
function parseInput({ key, contentType, bytes }: AssignedInput): RecordValue | undefined {
    if (!PLAIN_JSON.test(contentType) || bytes.length === 0) return undefined;
    try {
        return { key, value: JSON.parse(toBuffer(bytes).toString()) as JsonValue, contentType };
    } catch {
        return undefined;
    }
}

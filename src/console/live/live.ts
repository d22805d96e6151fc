import { effect, signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { CONSOLE_SOCKET_PATH, type RunRequest, type ConsoleRequest, TOKEN_REFUSED } from '../../protocol/console.js';
import { type UsageSample, DownsampledSeries } from '../../util/collections/downsampled-series.js';
import { ApiError } from '../api/api.js';
import { clearToken, token } from '../signals/token.js';
import type { ConsoleEvent, ConsoleMessage, Run } from '../api/json.js';

/** The current connection; undefined without a token. */
const connection = signal<Connection | undefined>(undefined);

export function startConnection(): void {
    effect(() => {
        const next = token.value === undefined ? undefined : new Connection(token.value);
        next?.listen((message) => {
            if (message.type === 'refused') clearToken(message.message);
        });
        connection.value = next;
        return () => next?.close();
    });
}

export function connectionState(): ConnectionState {
    return connection.value?.state.value ?? { name: 'connecting' };
}

/**
 * Listens to the events of the engine while the component is mounted.
 *
 * @param onMissed - Called when events may have been lost; shown data must then be loaded again.
 */
export function useEngineEvents(onEvent: (event: ConsoleEvent) => void, onMissed?: () => void): void {
    const latest = useRef({ onEvent, onMissed });
    latest.current = { onEvent, onMissed };
    const current = connection.value;
    useEffect(
        () =>
            current?.listen((message) => {
                if (message.type === 'missed') latest.current.onMissed?.();
                if (message.type === 'events') message.events.forEach((event) => latest.current.onEvent(event));
            }),
        [current],
    );
}

/** Maximum time for a response. */
const TIMEOUT_MILLIS = 15_000;

let lastNumber = 0;

/** Sends a request about a run that the API has no endpoint for, over the page's websocket. */
export function sendRunRequest(question: RunRequest, id: string): Promise<Run[]> {
    const current = connection.value;
    if (current === undefined || current.state.value.name === 'offline') return Promise.reject(timeoutError());
    lastNumber += 1;
    const number = lastNumber;
    return new Promise<Run[]>((resolve, reject) => {
        let isSent = false;
        const sendOnce = (): void => {
            if (!isSent) current.send({ type: 'ask', number, question, id });
            isSent = true;
        };
        const stop = current.listen((message) => {
            // The first page asks before the connection is open.
            if (message.type === 'opened') sendOnce();
            if (!('number' in message) || message.number !== number) return;
            end();
            if (message.type === 'answer') resolve(message.runs);
            else reject(new ApiError('refused', 400, message.message));
        });
        const timer = setTimeout(() => (end(), reject(timeoutError())), TIMEOUT_MILLIS);
        const end = (): void => (clearTimeout(timer), stop());
        if (current.state.value.name === 'open') sendOnce();
    });
}

function timeoutError(): ApiError {
    const message = `Cannot reach the engine at ${location.host}. Try again once it is available.`;
    return new ApiError('offline', 0, message);
}

/**
 * Follows the data of a run or build while the component is mounted, also after a reconnection.
 *
 * @param createRequest - Creates the request for the data that is still missing.
 * @param generation - Another number sends the request again.
 */
export function useFollow(
    createRequest: () => ConsoleRequest,
    stopRequest: StopRequest,
    onMessage: (message: ConsoleMessage) => void,
    generation = 0,
): void {
    const current = connection.value;
    const latest = useRef({ createRequest, onMessage });
    latest.current = { createRequest, onMessage };
    useEffect(() => {
        const follow = (): void => current?.send(latest.current.createRequest());
        const stop = current?.listen((message) => {
            if (message.type === 'opened') follow();
            if ('id' in message && message.id === stopRequest.id) latest.current.onMessage(message);
        });
        follow();
        return () => {
            stop?.();
            current?.send(stopRequest);
        };
    }, [current, stopRequest.id, generation]);
}

type StopRequest = Extract<ConsoleRequest, { type: 'unfollow-log' | 'unfollow-usage' }>;

/** Returns the usage of a run over time, oldest first and updated live. Empty for a run that this engine has not measured. */
export function useUsage(runId: string): readonly UsageSample[] {
    const [samples, setSamples] = useState<readonly UsageSample[]>([]);
    const series = useRef(new DownsampledSeries());
    const onMessage = (message: ConsoleMessage): void => {
        if (message.type !== 'usage') return;
        if (message.isWhole) series.current = new DownsampledSeries();
        for (const sample of message.samples) series.current.add(sample);
        setSamples(series.current.points());
    };
    useFollow(() => ({ type: 'follow-usage', id: runId }), { type: 'unfollow-usage', id: runId }, onMessage);
    return samples;
}

type ConnectionState =
    | { name: 'connecting' }
    | { name: 'open'; username: string; userId: string }
    /** Retried with backoff; `sinceMillis` is by the browser's clock. */
    | { name: 'offline'; sinceMillis: number };

/**
 * Receives messages of the server. After `opened`, followed data must be requested again; `missed` comes next if messages may have
 * been lost in the meantime.
 */
type ConnectionListener = (message: ConsoleMessage) => void;

const MIN_RETRY_MILLIS = 250;
const MAX_RETRY_MILLIS = 5_000;

/** The websocket of this page. It reconnects after each loss until it is closed. */
class Connection {
    readonly state = signal<ConnectionState>({ name: 'connecting' });
    readonly #listeners = new Set<ConnectionListener>();
    readonly #token: string;
    #socket: WebSocket | undefined;
    #timer: number | undefined;
    #retryMillis = MIN_RETRY_MILLIS;
    #hasBeenOpen = false;
    #isClosed = false;

    constructor(token: string) {
        this.#token = token;
        this.#connect();
        window.addEventListener('online', this.#reconnectNow);
        document.addEventListener('visibilitychange', this.#reconnectNow);
    }

    /** Adds a listener; returns a function that removes it. */
    listen(listener: ConnectionListener): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** Sends a request. Without a connection it is dropped; listeners repeat it once connected. */
    send(request: ConsoleRequest): void {
        if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
    }

    close(): void {
        this.#isClosed = true;
        clearTimeout(this.#timer);
        window.removeEventListener('online', this.#reconnectNow);
        document.removeEventListener('visibilitychange', this.#reconnectNow);
        this.#socket?.close();
    }

    #connect(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        const socket = new WebSocket(new URL(CONSOLE_SOCKET_PATH, location.origin.replace(/^http/, 'ws')));
        this.#socket = socket;
        socket.addEventListener('open', () => this.send({ type: 'open', token: this.#token }));
        socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as ConsoleMessage));
        socket.addEventListener('close', ({ code }) => this.#handleClose(code));
    }

    #receive(message: ConsoleMessage): void {
        const isReconnection = message.type === 'opened' && this.#hasBeenOpen;
        if (message.type === 'opened') {
            this.#hasBeenOpen = true;
            this.#retryMillis = MIN_RETRY_MILLIS;
            this.state.value = { name: 'open', username: message.username, userId: message.userId };
        }
        this.#notify(message);
        if (isReconnection) this.#notify({ type: 'missed' });
    }

    #handleClose(code: number): void {
        if (this.#isClosed || code === TOKEN_REFUSED) return;
        if (this.state.value.name !== 'offline') this.state.value = { name: 'offline', sinceMillis: Date.now() };
        this.#timer = window.setTimeout(() => this.#connect(), this.#retryMillis);
        this.#retryMillis = Math.min(this.#retryMillis * 2, MAX_RETRY_MILLIS);
    }

    /** Reconnects without delay when the user returns to the page or the network is back. */
    readonly #reconnectNow = (): void => {
        if (this.#timer !== undefined && document.visibilityState === 'visible') this.#connect();
    };

    #notify(message: ConsoleMessage): void {
        for (const listener of [...this.#listeners]) listener(message);
    }
}

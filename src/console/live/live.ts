import { effect, signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { CONSOLE_SOCKET_PATH, type RunRequest, type ConsoleRequest, TOKEN_REFUSED } from '../../protocol/console.js';
import { type UsageSample, DownsampledSeries } from '../../util/collections/downsampled-series.js';
import { ApiError } from '../api/api.js';
import { dropToken, token } from '../signals/token.js';
import type { ConsoleEvent, ConsoleMessage, Run } from '../api/json.js';

/** The connection in use; none without a token. */
const connection = signal<Connection | undefined>(undefined);

export function startLive(): void {
    effect(() => {
        const next = token.value === undefined ? undefined : new Connection(token.value);
        next?.listen((message) => {
            if (message.type === 'refused') dropToken(message.message);
        });
        connection.value = next;
        return () => next?.close();
    });
}

export function connectionState(): ConnectionState {
    return connection.value?.state.value ?? { name: 'connecting' };
}

/**
 * Hears the events of the engine while the component is there.
 *
 * @param onMissed - Called when events may have been lost: what is shown has to be read again.
 */
export function useLive(onEvent: (event: ConsoleEvent) => void, onMissed?: () => void): void {
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

/** An answer that takes longer does not come any more. */
const PATIENCE_MILLIS = 15_000;

let lastNumber = 0;

/** Asks over the page's websocket for what the API has no endpoint for. */
export function ask(question: RunRequest, id: string): Promise<Run[]> {
    const current = connection.value;
    if (current?.state.value.name !== 'open') return Promise.reject(noAnswer());
    lastNumber += 1;
    const number = lastNumber;
    return new Promise<Run[]>((resolve, reject) => {
        const stop = current.listen((message) => {
            if (!('number' in message) || message.number !== number) return;
            end();
            if (message.type === 'answer') resolve(message.runs);
            else reject(new ApiError('refused', 400, message.message));
        });
        const timer = setTimeout(() => (end(), reject(noAnswer())), PATIENCE_MILLIS);
        const end = (): void => (clearTimeout(timer), stop());
        current.send({ type: 'ask', number, question, id });
    });
}

function noAnswer(): ApiError {
    const message = `The engine at ${location.host} does not answer. Try again once it is reachable.`;
    return new ApiError('offline', 0, message);
}

/**
 * Hears what there is of one run or build, whenever there is a connection, while the component is there.
 *
 * @param begin - Returns the request for it, as far as it is not there yet.
 * @param life - Another number to ask again.
 */
export function useFollow(
    begin: () => ConsoleRequest,
    end: EndRequest,
    hear: (message: ConsoleMessage) => void,
    life = 0,
): void {
    const current = connection.value;
    const latest = useRef({ begin, hear });
    latest.current = { begin, hear };
    useEffect(() => {
        const follow = (): void => current?.send(latest.current.begin());
        const stop = current?.listen((message) => {
            if (message.type === 'opened') follow();
            if ('id' in message && message.id === end.id) latest.current.hear(message);
        });
        follow();
        return () => {
            stop?.();
            current?.send(end);
        };
    }, [current, end.id, life]);
}

type EndRequest = Extract<ConsoleRequest, { type: 'unfollow-log' | 'unfollow-usage' }>;

/** Returns what a run has used over time, oldest first, and goes on with it. Empty for a run that was not measured here. */
export function useUsage(runId: string): readonly UsageSample[] {
    const [samples, setSamples] = useState<readonly UsageSample[]>([]);
    const series = useRef(new DownsampledSeries());
    const hear = (message: ConsoleMessage): void => {
        if (message.type !== 'usage') return;
        if (message.isWhole) series.current = new DownsampledSeries();
        for (const sample of message.samples) series.current.add(sample);
        setSamples(series.current.points());
    };
    useFollow(() => ({ type: 'follow-usage', id: runId }), { type: 'unfollow-usage', id: runId }, hear);
    return samples;
}

type ConnectionState =
    | { name: 'connecting' }
    | { name: 'open'; username: string; userId: string }
    /** Retried from time to time; `sinceMillis` as the browser's clock has it. */
    | { name: 'offline'; sinceMillis: number };

/**
 * Hears what the server sends. After `opened`, what is followed has to be asked for again; `missed` follows where messages may
 * have been lost in the meantime.
 */
type ConnectionListener = (message: ConsoleMessage) => void;

const FIRST_WAIT_MILLIS = 250;
const LONGEST_WAIT_MILLIS = 5_000;

/** The one websocket of this page. It is opened again, however often it is lost, until it is closed. */
class Connection {
    readonly state = signal<ConnectionState>({ name: 'connecting' });
    readonly #listeners = new Set<ConnectionListener>();
    readonly #token: string;
    #socket: WebSocket | undefined;
    #timer: number | undefined;
    #waitMillis = FIRST_WAIT_MILLIS;
    #hasBeenOpen = false;
    #isClosed = false;

    constructor(token: string) {
        this.#token = token;
        this.#connect();
        window.addEventListener('online', this.#hurry);
        document.addEventListener('visibilitychange', this.#hurry);
    }

    /** @returns Ends it. */
    listen(listener: ConnectionListener): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** Sends a request; without a connection it is dropped, as listeners ask again once there is one. */
    send(request: ConsoleRequest): void {
        if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
    }

    close(): void {
        this.#isClosed = true;
        clearTimeout(this.#timer);
        window.removeEventListener('online', this.#hurry);
        document.removeEventListener('visibilitychange', this.#hurry);
        this.#socket?.close();
    }

    #connect(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        const socket = new WebSocket(new URL(CONSOLE_SOCKET_PATH, location.origin.replace(/^http/, 'ws')));
        this.#socket = socket;
        socket.addEventListener('open', () => this.send({ type: 'open', token: this.#token }));
        socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as ConsoleMessage));
        socket.addEventListener('close', ({ code }) => this.#lose(code));
    }

    #receive(message: ConsoleMessage): void {
        const isAgain = message.type === 'opened' && this.#hasBeenOpen;
        if (message.type === 'opened') {
            this.#hasBeenOpen = true;
            this.#waitMillis = FIRST_WAIT_MILLIS;
            this.state.value = { name: 'open', username: message.username, userId: message.userId };
        }
        this.#tell(message);
        if (isAgain) this.#tell({ type: 'missed' });
    }

    #lose(code: number): void {
        if (this.#isClosed || code === TOKEN_REFUSED) return;
        if (this.state.value.name !== 'offline') this.state.value = { name: 'offline', sinceMillis: Date.now() };
        this.#timer = window.setTimeout(() => this.#connect(), this.#waitMillis);
        this.#waitMillis = Math.min(this.#waitMillis * 2, LONGEST_WAIT_MILLIS);
    }

    /** The user looks again, or the network is back: no reason to wait. */
    readonly #hurry = (): void => {
        if (this.#timer !== undefined && document.visibilityState === 'visible') this.#connect();
    };

    #tell(message: ConsoleMessage): void {
        for (const listener of [...this.#listeners]) listener(message);
    }
}

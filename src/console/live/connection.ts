import { CONSOLE_SOCKET_PATH, type ConsoleRequest, TOKEN_REFUSED } from '../../protocol/console.js';
import { signal } from '@preact/signals';
import type { ConsoleMessage } from '../api/json.js';

/** The state of the connection with the engine. */
export type ConnectionState =
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
export class Connection {
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

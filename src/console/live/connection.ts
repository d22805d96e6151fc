import { CONSOLE_SOCKET_PATH, TOKEN_REFUSED, type ConsoleRequest } from '../../protocol/console.js';
import { Value } from '../state/value.js';
import type { ConsoleMessage } from '../api/json.js';

/** How it stands with the engine. */
export type ConnectionState =
    | { name: 'connecting' }
    | { name: 'open'; username: string; userId: string }
    /** Tried again from time to time; `sinceMillis` as the browser's clock has it. */
    | { name: 'offline'; sinceMillis: number };

/** What comes over the connection, for whoever listens. */
export interface ConnectionListener {
    message?(message: ConsoleMessage): void;
    /** It is open, again or for the first time: what is followed has to be asked for. */
    opened?(): void;
    /** Something may have been missed: it was closed in the meantime, or there was too much. */
    catchUp?(): void;
    /** The token is wrong. */
    refused?(message: string): void;
}

const FIRST_WAIT_MILLIS = 250;
const LONGEST_WAIT_MILLIS = 5_000;

/** The one websocket of this page. It is opened again, however often it is lost, until it is closed. */
export class Connection {
    readonly state = new Value<ConnectionState>({ name: 'connecting' });
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

    listen(listener: ConnectionListener): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** Sends a request; while there is no connection it is dropped, as listeners ask anew once there is one. */
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
        switch (message.type) {
            case 'opened':
                this.#open(message);
                break;
            case 'missed':
                this.#tell((listener) => listener.catchUp?.());
                break;
            case 'refused':
                this.#tell((listener) => listener.refused?.(message.message));
                break;
            default:
                this.#tell((listener) => listener.message?.(message));
        }
    }

    #open({ username, userId }: { username: string; userId: string }): void {
        const isAgain = this.#hasBeenOpen;
        this.#hasBeenOpen = true;
        this.#waitMillis = FIRST_WAIT_MILLIS;
        this.state.set({ name: 'open', username, userId });
        this.#tell((listener) => listener.opened?.());
        if (isAgain) this.#tell((listener) => listener.catchUp?.());
    }

    #lose(code: number): void {
        if (this.#isClosed || code === TOKEN_REFUSED) return;
        if (this.state.current.name !== 'offline') this.state.set({ name: 'offline', sinceMillis: Date.now() });
        this.#timer = window.setTimeout(() => this.#connect(), this.#waitMillis);
        this.#waitMillis = Math.min(this.#waitMillis * 2, LONGEST_WAIT_MILLIS);
    }

    /** Somebody looks again, or the network is back: no reason to wait. */
    readonly #hurry = (): void => {
        if (this.#timer !== undefined && document.visibilityState === 'visible') this.#connect();
    };

    #tell(tell: (listener: ConnectionListener) => void): void {
        for (const listener of [...this.#listeners]) tell(listener);
    }
}

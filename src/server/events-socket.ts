import { bearerToken, noToken, wrongToken } from '../api/access.js';
import { ApiRefusal } from '../api/errors.js';
import { closeWebSockets, createWebSockets, MAX_WAITING_BYTES, endWithRefusal, type WebSocket } from './web-sockets.js';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { SystemEvent } from '../protocol/messages.js';
import type { RunEventsListener } from '../engine/run-events.js';
import type { HostGate } from './host-gate.js';

/** Where the events of runs come from. */
export interface EventsHost {
    /** Whether a token may hear the events of this run. */
    mayHear(token: string, runId: string): boolean;
    /** Passes the events of a run on until it ends; undefined if no run with that id is under way. */
    listen(runId: string, listener: RunEventsListener): (() => void) | undefined;
}

const PATH = /^\/v2\/actor-runs\/([\w-]+)\/events$/;
/** Nobody has anything to say here. */
const MOST_BYTES = 1_024;

/**
 * The websockets by which Actors hear what the platform tells them.
 *
 * Source: "System events" of the platform's docs.
 */
export class EventsSocket {
    readonly #host: EventsHost;
    readonly #gate: HostGate;
    readonly #server = createWebSockets(MOST_BYTES);

    constructor(host: EventsHost, gate: HostGate) {
        this.#host = host;
        this.#gate = gate;
    }

    /** Opens the websocket that a request asks for, or refuses it. */
    handleUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
        socket.on('error', () => {});
        const runId = this.#admit(request);
        if (typeof runId === 'string') {
            this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#serve(webSocket, runId));
        } else {
            void endWithRefusal(socket, runId);
        }
    }

    /** Tells all who listen that the server goes away, and lets no more in. */
    close(): void {
        closeWebSockets(this.#server);
    }

    /** The run whose events are asked for, or why they are not to be had. */
    #admit(request: IncomingMessage): string | ApiRefusal {
        const refusal = this.#gate(request);
        if (refusal !== undefined) return refusal;
        const [pathname = '', query = ''] = (request.url ?? '').split('?', 2);
        const runId = PATH.exec(pathname)?.[1];
        if (runId === undefined) return notHere(pathname);
        const token = bearerToken(request.headers.authorization ?? '') ?? new URLSearchParams(query).get('token');
        if (!token) return noToken();
        return this.#host.mayHear(token, runId) ? runId : wrongToken();
    }

    #send(webSocket: WebSocket, event: SystemEvent): void {
        // Who takes nothing for that long listens no more.
        if (webSocket.bufferedAmount > MAX_WAITING_BYTES) webSocket.terminate();
        else for (const message of messagesOf(event)) webSocket.send(message);
    }

    #serve(webSocket: WebSocket, runId: string): void {
        webSocket.on('error', () => {});
        const stop = this.#host.listen(runId, {
            tell: (event) => this.#send(webSocket, event),
            end: () => webSocket.close(),
        });
        if (stop === undefined) webSocket.close();
        else webSocket.once('close', stop);
    }
}

/** What is sent for an event: whether the processor is overloaded is told by itself too. */
function messagesOf(event: SystemEvent): string[] {
    const createdAt = new Date().toISOString();
    const message = (name: string, data?: object): string => JSON.stringify({ name, createdAt, data });
    switch (event.name) {
        case 'aborting':
            return [message('aborting')];
        case 'systemInfo': {
            const { name, ...data } = event;
            return [message(name, data), message('cpuInfo', { isCpuOverloaded: event.isCpuOverloaded })];
        }
        default: {
            const { name, ...data } = event;
            return [message(name, data)];
        }
    }
}

function notHere(pathname: string): ApiRefusal {
    const message =
        `There is no websocket at \`${pathname}\`. The events of a run are at the URL in its variable ` +
        '`ACTOR_EVENTS_WEBSOCKET_URL`.';
    return new ApiRefusal(404, 'page-not-found', message);
}

import { bearerToken, missingTokenError, invalidTokenError } from '../api/access.js';
import { HttpError } from '../api/errors.js';
import { MAX_WAITING_BYTES, type ServeWebSocket, type WebSocket } from './web-sockets.js';
import type { IncomingMessage } from 'node:http';
import type { SystemEvent } from '../protocol/messages.js';
import type { ExternalEventListener } from '../engine/external/external-event-relay.js';

/** Where the events of runs come from. */
export interface EventServices {
    /** Whether a token may hear the events of this run. */
    isAuthorized(token: string, runId: string): boolean;
    /** Passes the events of a run on until it ends; undefined if no run with that id is under way. */
    listen(runId: string, listener: ExternalEventListener): (() => void) | undefined;
}

const PATH = /^\/v2\/actor-runs\/([\w-]+)\/events$/;

/**
 * Serves the websocket by which an Actor hears what the platform tells it, or says why it is refused.
 *
 * Source: "System events" of the platform's docs.
 */
export function routeEvents({ url = '', headers }: IncomingMessage, host: EventServices): ServeWebSocket | HttpError {
    const [pathname = '', query = ''] = url.split('?', 2);
    const runId = PATH.exec(pathname)?.[1];
    if (runId === undefined) return notHere(pathname);
    const token = bearerToken(headers.authorization ?? '') ?? new URLSearchParams(query).get('token');
    if (!token) return missingTokenError();
    return host.isAuthorized(token, runId) ? (webSocket) => serveEvents(webSocket, runId, host) : invalidTokenError();
}

function serveEvents(webSocket: WebSocket, runId: string, host: EventServices): void {
    const stop = host.listen(runId, {
        send(event) {
            // A client that reads nothing for that long is disconnected.
            if (webSocket.bufferedAmount > MAX_WAITING_BYTES) webSocket.terminate();
            else for (const message of messagesOf(event)) webSocket.send(message);
        },
        end: () => webSocket.close(),
    });
    if (stop === undefined) webSocket.close();
    else webSocket.once('close', stop);
}

/** What is sent for an event: whether the processor is overloaded is told by itself too. */
function messagesOf(event: SystemEvent): string[] {
    const createdAt = new Date().toISOString();
    const message = (name: string, data?: object): string => JSON.stringify({ name, createdAt, data });
    const { name, ...data } = event;
    if (event.name === 'aborting') return [message(name)];
    if (event.name !== 'systemInfo') return [message(name, data)];
    return [message(name, data), message('cpuInfo', { isCpuOverloaded: event.isCpuOverloaded })];
}

function notHere(pathname: string): HttpError {
    const message =
        `There is no websocket at \`${pathname}\`. The events of a run are at the URL in its variable ` +
        '`ACTOR_EVENTS_WEBSOCKET_URL`.';
    return new HttpError(404, 'page-not-found', message);
}

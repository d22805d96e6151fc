import { bearerToken, missingTokenError, invalidTokenError } from '../api/access.js';
import { HttpError } from '../api/errors.js';
import { MAX_WAITING_BYTES, type ServeWebSocket, type WebSocket } from './web-sockets.js';
import type { IncomingMessage } from 'node:http';
import type { SystemEvent } from '../protocol/messages.js';
import type { ExternalEventListener } from '../engine/external/external-event-relay.js';

/** The source of the events of runs. */
export interface EventServices {
    /** True if a token gives access to the events of this run. */
    isAuthorized(token: string, runId: string): boolean;
    /** Forwards the events of a run until it ends; returns undefined if no such run is active. */
    listen(runId: string, listener: ExternalEventListener): (() => void) | undefined;
}

const PATH = /^\/v2\/actor-runs\/([\w-]+)\/events$/;

/**
 * Returns the function that serves the websocket of an Actor's system events, or the error for an invalid request.
 *
 * Source: "System events" of the platform's docs.
 */
export function routeEvents({ url = '', headers }: IncomingMessage, events: EventServices): ServeWebSocket | HttpError {
    const [pathname = '', query = ''] = url.split('?', 2);
    const runId = PATH.exec(pathname)?.[1];
    if (runId === undefined) return socketNotFound(pathname);
    const token = bearerToken(headers.authorization ?? '') ?? new URLSearchParams(query).get('token');
    if (!token) return missingTokenError();
    return events.isAuthorized(token, runId)
        ? (webSocket) => serveEvents(webSocket, runId, events)
        : invalidTokenError();
}

function serveEvents(webSocket: WebSocket, runId: string, events: EventServices): void {
    const stop = events.listen(runId, {
        send(event) {
            // A client that does not read is disconnected.
            if (webSocket.bufferedAmount > MAX_WAITING_BYTES) webSocket.terminate();
            else for (const message of encodeEvent(event)) webSocket.send(message);
        },
        end: () => webSocket.close(),
    });
    if (stop === undefined) webSocket.close();
    else webSocket.once('close', stop);
}

/** Encodes the messages of an event. `systemInfo` also has a separate `cpuInfo` message. */
function encodeEvent(event: SystemEvent): string[] {
    const createdAt = new Date().toISOString();
    const message = (name: string, data?: object): string => JSON.stringify({ name, createdAt, data });
    const { name, ...data } = event;
    if (event.name === 'aborting') return [message(name)];
    if (event.name !== 'systemInfo') return [message(name, data)];
    return [message(name, data), message('cpuInfo', { isCpuOverloaded: event.isCpuOverloaded })];
}

function socketNotFound(pathname: string): HttpError {
    const message =
        `No websocket at \`${pathname}\`. The events of a run are at the URL in its variable ` +
        '`ACTOR_EVENTS_WEBSOCKET_URL`.';
    return new HttpError(404, 'page-not-found', message);
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HttpError, errorResponse } from '../api/errors.js';
import { CONSOLE_SOCKET_PATH } from '../protocol/console.js';
import { ConsoleFiles } from './console-files.js';
import { serveConsole, type ConsoleServices } from './console-socket.js';
import { routeEvents, type EventServices } from './events-socket.js';
import { createDnsRebindingGuard, applyCors, type DnsRebindingOptions } from './dns-rebinding-guard.js';
import { respondToClientError, listenError } from './listener-errors.js';
import { nodeHandler } from './node-handler.js';
import { openWebSockets, type WebSocketServer } from './web-sockets.js';
import type { AddressInfo, Socket } from 'node:net';

/** What a listener serves. */
export interface ListenerServices {
    /** Answers a request by Node's response, after checking its credentials. */
    readonly respond: (request: Request, outgoing: ServerResponse) => Promise<unknown>;
    readonly events: EventServices;
    readonly consoles: ConsoleServices;
}

/** How {@link openListener} is to listen; all of it has been checked. */
export interface ListenerOptions extends Omit<DnsRebindingOptions, 'port'> {
    /** 0 is any that is free. */
    readonly port: number;
}

/** A listener that listens. */
export interface OpenListener {
    readonly port: number;
    /** Stops it; what is being answered has a moment, unless there is to be none. Calling it again waits for the same. */
    close(options?: { force?: boolean }): Promise<void>;
}

/** Times in milliseconds, and numbers, that keep one client from taking what is there for all. */
const LIMITS = {
    /** Until the head of a request is there. */
    headersMillis: 15_000,
    /** Until all of a request is there. */
    requestMillis: 300_000,
    /** How long a client may leave an answer lying that it does not take. */
    stallMillis: 120_000,
    /**
     * How long a connection without a request is kept. Longer than clients keep theirs: whoever closes first may cut off a request that
     * is on its way.
     */
    idleMillis: 75_000,
    /** How long requests may go on that are being answered when the listener closes. */
    closeMillis: 1_000,
    connections: 4_096,
    /** Of the head of a request, its first line included. */
    headerBytes: 32_768,
    headers: 256,
};

export type ListenerLimits = typeof LIMITS;

/** How often Node looks for requests that take too long. */
const CHECKS_PER_LIMIT = 4;

/**
 * Serves the API and the console over HTTP, and the events of runs over websockets.
 *
 * @throws EngineError `cannot-listen`, as on a port that is taken.
 */
export async function openListener(
    options: ListenerOptions,
    host: ListenerServices,
    limits: Partial<ListenerLimits> = {},
): Promise<OpenListener> {
    const bounds = { ...LIMITS, ...limits };
    const server = createBoundedServer(bounds);
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
    });
    await listen(server, options);
    const { port } = server.address() as AddressInfo;
    const gate = createDnsRebindingGuard({ ...options, port });
    server.on(
        'request',
        handlerOf(host, (request) => tooManyHeaders(request, bounds) ?? gate(request)),
    );
    const webSockets = openWebSockets(server, (request) => {
        const refusal = gate(request);
        if (refusal !== undefined) return refusal;
        if (request.url !== CONSOLE_SOCKET_PATH) return routeEvents(request, host.events);
        return (webSocket) => serveConsole(webSocket, host.consoles);
    });
    const cut = (): void => sockets.forEach((socket) => socket.destroy());
    return { port, close: closerOf(server, webSockets, (force) => setTimeout(cut, force ? 0 : bounds.closeMillis)) };
}

function createBoundedServer(limits: ListenerLimits): Server {
    const server = createServer({
        headersTimeout: limits.headersMillis,
        requestTimeout: limits.requestMillis,
        keepAliveTimeout: limits.idleMillis,
        connectionsCheckingInterval: Math.min(limits.headersMillis, limits.requestMillis) / CHECKS_PER_LIMIT,
        maxHeaderSize: limits.headerBytes,
        noDelay: true,
    });
    server.maxConnections = limits.connections;
    // Node would leave out what is too much, without a word.
    server.maxHeadersCount = 0;
    server.on('clientError', respondToClientError);
    // Nothing happens for long on the connection of a silent log, which is all right; what lies there untaken is not.
    server.setTimeout(limits.stallMillis, (socket) => {
        if (socket.writableLength > 0) socket.destroy();
    });
    return server;
}

async function listen(server: Server, { host, port }: ListenerOptions): Promise<void> {
    try {
        server.listen({ host, port });
        await once(server, 'listening');
    } catch (error) {
        throw listenError(error, host, port);
    }
    // From here on only: a connection that could not be taken is its client's loss.
    server.on('error', () => {});
}

function handlerOf(
    { respond: answer }: ListenerServices,
    refusalOf: (request: IncomingMessage) => HttpError | undefined,
): (request: IncomingMessage, response: ServerResponse) => void {
    const handle = nodeHandler(answer);
    const files = new ConsoleFiles();
    return (request, response) => {
        const refusal = refusalOf(request);
        if (refusal !== undefined) {
            // The rest of the request is not read.
            response.shouldKeepAlive = false;
            errorResponse({ env: { outgoing: response }, req: { method: request.method ?? '' } }, refusal);
        } else if (!files.handle(request, response) && !applyCors(request, response)) {
            handle(request, response);
        }
    };
}

function tooManyHeaders({ rawHeaders }: IncomingMessage, { headers }: ListenerLimits): HttpError | undefined {
    const count = rawHeaders.length / 2;
    if (count <= headers) return undefined;
    return new HttpError(
        431,
        'invalid-header',
        `The request has ${count} headers, but may have ${headers}. Send fewer.`,
    );
}

/** The server goes away. */
const GOING_AWAY = 1001;

function closerOf(
    server: Server,
    webSockets: WebSocketServer,
    cutLater: (force: boolean) => NodeJS.Timeout,
): OpenListener['close'] {
    const closed = new Promise<void>((resolve) => server.once('close', resolve));
    return async ({ force = false } = {}) => {
        if (server.listening) {
            for (const webSocket of webSockets.clients) webSocket.close(GOING_AWAY);
            webSockets.close();
            // Connections that are idle end at once, the others after what they are at.
            server.close();
        }
        const timer = cutLater(force);
        await closed;
        clearTimeout(timer);
    };
}

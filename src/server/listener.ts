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

/** The services behind a listener. */
export interface ListenerServices {
    /** Checks the credentials of a request, and responds through Node's response. */
    readonly respond: (request: Request, outgoing: ServerResponse) => Promise<unknown>;
    readonly events: EventServices;
    readonly consoles: ConsoleServices;
}

/** Options of {@link openListener}, already validated. */
export interface ListenerOptions extends Omit<DnsRebindingOptions, 'port'> {
    /** 0 is any free port. */
    readonly port: number;
    /** If true, neither the listener nor its connections keep the process alive. Default: false. */
    readonly isUnref?: boolean;
}

/** An open listener. */
export interface OpenListener {
    readonly port: number;
    /** Stops listening. Active requests get a moment to finish, unless `force` is set. Further calls await the same close. */
    close(options?: { force?: boolean }): Promise<void>;
}

/** Limits that keep one client from exhausting shared resources. */
const LIMITS = {
    /** Maximum time until the head of a request has arrived. */
    headersMillis: 15_000,
    /** Maximum time until the whole request has arrived. */
    requestMillis: 300_000,
    /** Maximum time that a client may stop reading a response. */
    stallMillis: 120_000,
    /**
     * Maximum time that a connection stays open without a request. Longer than in clients: the side that closes first may cut off
     * a request in flight.
     */
    idleMillis: 75_000,
    /** Time that active requests have to finish when the listener closes. */
    closeMillis: 1_000,
    connections: 4_096,
    /** Maximum size of the head of a request, including its first line. */
    headerBytes: 32_768,
    headers: 256,
};

export type ListenerLimits = typeof LIMITS;

/** Number of timeout checks by Node within the shortest limit. */
const CHECKS_PER_LIMIT = 4;

/**
 * Serves the API and the console over HTTP, and the events of runs over websockets.
 *
 * @throws EngineError `cannot-listen`, as on a port that is taken.
 */
export async function openListener(
    options: ListenerOptions,
    services: ListenerServices,
    limits: Partial<ListenerLimits> = {},
): Promise<OpenListener> {
    const bounds = { ...LIMITS, ...limits };
    const server = createBoundedServer(bounds);
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        if (options.isUnref === true) socket.unref();
        socket.once('close', () => sockets.delete(socket));
    });
    await listen(server, options);
    const { port } = server.address() as AddressInfo;
    const guard = createDnsRebindingGuard({ ...options, port });
    server.on(
        'request',
        createRequestHandler(services, (request) => tooManyHeaders(request, bounds) ?? guard(request)),
    );
    const webSockets = openWebSockets(server, (request) => {
        const error = guard(request);
        if (error !== undefined) return error;
        if (request.url !== CONSOLE_SOCKET_PATH) return routeEvents(request, services.events);
        return (webSocket) => serveConsole(webSocket, services.consoles);
    });
    const destroySockets = (): void => sockets.forEach((socket) => socket.destroy());
    return {
        port,
        close: createClose(server, webSockets, (force) => setTimeout(destroySockets, force ? 0 : bounds.closeMillis)),
    };
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
    // Node would silently drop headers beyond its limit; they are rejected below instead.
    server.maxHeadersCount = 0;
    server.on('clientError', respondToClientError);
    // The stream of a silent log may be idle for long; only data that the client does not read is a reason to close.
    server.setTimeout(limits.stallMillis, (socket) => {
        if (socket.writableLength > 0) socket.destroy();
    });
    return server;
}

async function listen(server: Server, { host, port, isUnref }: ListenerOptions): Promise<void> {
    try {
        server.listen({ host, port });
        if (isUnref === true) server.unref();
        await once(server, 'listening');
    } catch (error) {
        throw listenError(error, host, port);
    }
    // Only after listening: a connection that cannot be accepted only affects its client.
    server.on('error', () => {});
}

function createRequestHandler(
    { respond: answer }: ListenerServices,
    check: (request: IncomingMessage) => HttpError | undefined,
): (request: IncomingMessage, response: ServerResponse) => void {
    const handle = nodeHandler(answer);
    const files = new ConsoleFiles();
    return (request, response) => {
        const error = check(request);
        if (error !== undefined) {
            // The rest of the request is not read.
            response.shouldKeepAlive = false;
            errorResponse({ env: { outgoing: response }, req: { method: request.method ?? '' } }, error);
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
        `The request has ${count} headers; the maximum is ${headers}. Send fewer.`,
    );
}

/** The close code of RFC 6455 for a server that shuts down. */
const GOING_AWAY = 1001;

function createClose(
    server: Server,
    webSockets: WebSocketServer,
    scheduleDestroy: (force: boolean) => NodeJS.Timeout,
): OpenListener['close'] {
    const closed = new Promise<void>((resolve) => server.once('close', resolve));
    return async ({ force = false } = {}) => {
        if (server.listening) {
            for (const webSocket of webSockets.clients) webSocket.close(GOING_AWAY);
            webSockets.close();
            // Closes idle connections immediately, the others after their request.
            server.close();
        }
        const timer = scheduleDestroy(force);
        await closed;
        clearTimeout(timer);
    };
}

import { clearTimeout, setTimeout } from 'node:timers';
import { describeTarget, NetworkError, normalizeHost, type ConnectArguments } from './connect-arguments.js';
import { listenOnLoopback, type Listener } from './own-servers.js';
import { connectSockets } from './memory-socket.js';
import { completeHandshake, fakeTls, HTTP_1, offersHttp1, testCertificate } from './secure-socket.js';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The destination of a connection that is handled in this thread. */
export interface Destination {
    /** True for a host of the API, false for the network handler. */
    isForApi: boolean;
    isSecure: boolean;
    /** `host` or `host:port`; of a tunnel, that of its end. Empty if each request names it. */
    authority: string;
    /** Reports why the connection was closed. Set if another process has opened it, such as a browser. */
    report?: (error: Error) => void;
}

/** Handles a request on a connection. Never rejects. */
export type ConnectionHandler = (
    request: IncomingMessage,
    response: ServerResponse,
    destination: Destination,
) => Promise<void>;

/** Decides about the connections of {@link MemoryConnections}. */
export interface ConnectionRules {
    handle: ConnectionHandler;
    /** True if a tunnel to this `host:port` is connected to it. */
    isReachable(authority: string): boolean;
    /** Reports why a connection of another process was closed. */
    report: (error: Error) => void;
}

const HTTPS_PORT = 443;
/** The first byte of a TLS handshake. */
const TLS_HANDSHAKE = 0x16;
/** An HTTP client sends first. One that waits for a greeting speaks another protocol. */
const SILENCE_MILLIS = 2_000;
const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** A connection of an Actor whose other end is a server of this thread. */
interface MemoryConnection {
    destination: Destination;
}

/**
 * Connections of an Actor that end at an HTTP server in the same thread, which does not listen. It is Node's own
 * server, so that clients find all of HTTP/1.1.
 */
export class MemoryConnections {
    readonly #rules: ConnectionRules;
    /** Connections by the sockets of both ends. */
    readonly #connections = new WeakMap<object, MemoryConnection>();
    #server: Server | undefined;
    /** Listens for the connections of other processes. */
    #listener: Listener | undefined;

    constructor(rules: ConnectionRules) {
        this.#rules = rules;
    }

    /** Returns the destination of a socket that was connected here. */
    destinationOf(socket: object): Destination | undefined {
        return this.#connections.get(socket)?.destination;
    }

    /** Connects a socket, as its `connect` would, including the TLS handshake. */
    connect(client: Socket, target: ConnectArguments, destination: Destination): void {
        const serverSocket = new (process.getBuiltinModule('node:net').Socket)({ allowHalfOpen: true });
        reopen(client);
        connectSockets(client, serverSocket);
        Object.assign(client, { connecting: true });
        if (destination.isSecure) fakeTls(client, target);
        else if (target.callback) client.once('connect', target.callback);
        if (destination.isSecure && !offersHttp1(target.options.ALPNProtocols)) {
            process.nextTick(() => client.destroy(unsupportedProtocolError(describeTarget(target), destination)));
            return;
        }
        const connection = { destination };
        this.#connections.set(client, connection).set(serverSocket, connection);
        process.nextTick(() => {
            if (client.destroyed) return;
            // Bytes that a proxy of the Actor forwards may be the TLS of another process.
            if (target.port === HTTPS_PORT && !destination.isSecure) this.#sniff(serverSocket);
            else this.#serve(serverSocket);
            if (!destination.isForApi) closeIfSilent(serverSocket, client, destination);
            completeConnect(client, destination);
        });
    }

    /** Returns a loopback port for other processes, which use it as a proxy or as the target itself. */
    openPort(): number {
        this.#listener ??= listenOnLoopback((socket) => {
            socket.unref();
            socket.on('error', () => {});
            const destination = { isForApi: false, isSecure: false, authority: '', report: this.#rules.report };
            this.#connections.set(socket, { destination });
            this.#sniff(socket);
        });
        return this.#listener.port;
    }

    /** Closes the port for other processes. */
    close(): void {
        this.#listener?.server.close();
        this.#listener = undefined;
    }

    #serve(serverSocket: Socket): void {
        this.#server ??= this.#createServer();
        this.#server.emit('connection', serverSocket);
    }

    #createServer(): Server {
        const server = process.getBuiltinModule('node:http').createServer((request, response) => {
            void this.#rules.handle(request, response, this.destinationOf(request.socket)!);
        });
        server.on('connect', (request, socket, head) => this.#openTunnel(request, socket as Socket, head));
        server.on('clientError', (cause: Error, socket) => {
            const destination = this.destinationOf(socket)!;
            const error = unreadableRequestError(cause, destination);
            destination.report?.(error);
            socket.destroy(error);
        });
        // For clients that half-close the connection after their last request; missing in Node's types.
        Object.assign(server, { httpAllowHalfOpen: true });
        // An idle connection costs nothing, and a client may be about to use it.
        server.keepAliveTimeout = 0;
        return server;
    }

    /** Acts as the proxy from which a client has requested a tunnel: what follows is for the end of the tunnel. */
    #openTunnel({ url = '' }: IncomingMessage, serverSocket: Socket, head: Buffer): void {
        const connection = this.#connections.get(serverSocket)!;
        if (connection.destination.isForApi) {
            serverSocket.destroy();
            return;
        }
        const isReachable = this.#rules.isReachable(url);
        if (!isReachable) serverSocket.write(ESTABLISHED);
        if (head.length > 0) serverSocket.unshift(head);
        if (isReachable) {
            connectThrough(serverSocket, url);
            return;
        }
        connection.destination = { ...connection.destination, isSecure: false, authority: url };
        this.#sniff(serverSocket);
    }

    /** Waits for the first byte of a connection to find out if its client uses TLS. */
    #sniff(serverSocket: Socket): void {
        serverSocket.once('readable', () => {
            const first = serverSocket.read(1) as Buffer | null;
            if (first !== null) serverSocket.unshift(first);
            if (first?.[0] === TLS_HANDSHAKE) this.#serveTls(serverSocket);
            else this.#serve(serverSocket);
        });
    }

    #serveTls(serverSocket: Socket): void {
        const { TLSSocket } = process.getBuiltinModule('node:tls');
        const secureContext = testCertificate();
        const socket = new TLSSocket(serverSocket, { isServer: true, secureContext, ALPNProtocols: [HTTP_1] });
        // Node takes a socket without a handle, as in a connection within this thread, for one that still connects.
        Object.assign(socket, { connecting: false });
        const { destination } = this.#connections.get(serverSocket)!;
        this.#connections.set(socket, { destination: { ...destination, isSecure: true, report: this.#rules.report } });
        this.#serve(socket);
    }
}

/** Connects a tunnel to its end. */
function connectThrough(serverSocket: Socket, authority: string): void {
    const { hostname, port } = new URL(`http://${authority}`);
    const target = process.getBuiltinModule('node:net').connect(Number(port || 80), normalizeHost(hostname));
    const stop = (): void => {
        serverSocket.destroy();
        target.destroy();
    };
    target.once('connect', () => {
        serverSocket.write(ESTABLISHED);
        serverSocket.pipe(target).pipe(serverSocket);
    });
    target.on('error', stop).on('close', stop);
    serverSocket.on('error', stop).on('close', stop);
}

/** Lets a closed socket connect again. */
function reopen(socket: Socket & { _undestroy?(): void }): void {
    if (socket.destroyed) socket._undestroy?.();
}

function completeConnect(client: Socket, { isSecure }: Destination): void {
    Object.assign(client, { connecting: false });
    // Timers of clients wait for these events.
    client.emit('lookup', null, client.remoteAddress, 4, '');
    client.emit('connect');
    client.emit('ready');
    // Otherwise a client that does not read would not notice the end of the connection.
    client.read(0);
    if (isSecure) completeHandshake(client);
}

/** Closes a connection without data after a while. The timer keeps the thread alive, as a connection would. */
function closeIfSilent(serverSocket: Socket, client: Socket, destination: Destination): void {
    const timer = setTimeout(() => client.destroy(notHttpError(destination)), SILENCE_MILLIS);
    const stop = (): void => clearTimeout(timer);
    serverSocket.once('close', stop);
    client.once('close', stop);
    const { push } = serverSocket;
    // A `data` listener would take the data from the server.
    serverSocket.push = (...args) => {
        stop();
        serverSocket.push = push;
        return push.apply(serverSocket, args);
    };
}

function unsupportedProtocolError(target: string, { isForApi }: Destination): NetworkError {
    const who = isForApi ? 'the engine itself responds for this host' : "the engine's option `network` is a handler";
    const message = `Only HTTP/1.1 is supported for connections to ${target}: ${who}.`;
    return new NetworkError(isForApi ? 'ERR_API_NOT_ANSWERED' : 'ERR_NETWORK_FORBIDDEN', message);
}

function unreadableRequestError(cause: Error, destination: Destination): NetworkError {
    if (!destination.isForApi) return notHttpError(destination, cause);
    const message = `A request to the API is not valid HTTP/1.1: ${cause.message}`;
    return new NetworkError('ERR_API_NOT_ANSWERED', message, { cause });
}

/** The error for a protocol that the network handler cannot handle. */
export function notHttpError({ authority }: Pick<Destination, 'authority'>, cause?: Error): NetworkError {
    const why = cause === undefined ? '' : ` (${cause.message})`;
    const message =
        `The Actor may not connect to ${authority || 'an unknown host'}: the engine's option \`network\` is a handler, which supports only ` +
        `HTTP/1.1 requests${why}.`;
    return new NetworkError('ERR_NETWORK_FORBIDDEN', message, { cause });
}

import { clearTimeout, setTimeout } from 'node:timers';
import { describeTarget, NetworkError, type ConnectArguments } from './connect-arguments.js';
import { connectSockets } from './memory-socket.js';
import { completeHandshake, fakeTls, offersHttp1 } from './secure-socket.js';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Destination {
    /** Whether it is for a host of the API, and not for the handler of the host. */
    isForApi: boolean;
    isSecure: boolean;
    /** Where it leads, as `host` or `host:port`; through a tunnel, where that leads. */
    authority: string;
}

/** Answers what comes over a connection. Never rejects. */
export type ConnectionHandler = (
    request: IncomingMessage,
    response: ServerResponse,
    destination: Destination,
) => Promise<void>;

/** Who connects says something first, with HTTP; who waits for a greeting speaks something else. */
const SILENCE_MILLIS = 2_000;

/** A connection of an Actor whose far end is a server of this thread. */
interface MemoryConnection {
    destination: Destination;
}

/**
 * The connections of an Actor whose far end is an HTTP server in this very thread, which listens nowhere. It is Node's own,
 * so that a client finds everything that HTTP/1.1 has.
 */
export class MemoryConnections {
    readonly #handle: ConnectionHandler;
    /** By the sockets of both ends. */
    readonly #connections = new WeakMap<object, MemoryConnection>();
    #server: Server | undefined;

    constructor(handle: ConnectionHandler) {
        this.#handle = handle;
    }

    /** Returns the purpose of a socket that was connected here. */
    destinationOf(socket: object): Destination | undefined {
        return this.#connections.get(socket)?.destination;
    }

    /** Does for a socket what its `connect` would do, and for one of TLS what follows from it. */
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
        const connection = { destination: destination };
        this.#connections.set(client, connection).set(serverSocket, connection);
        process.nextTick(() => {
            if (client.destroyed) return;
            this.#server ??= this.#listen();
            this.#server.emit('connection', serverSocket);
            if (!destination.isForApi) closeIfSilent(serverSocket, client, destination);
            completeConnect(client, destination);
        });
    }

    #listen(): Server {
        const server = process.getBuiltinModule('node:http').createServer((request, response) => {
            void this.#handle(request, response, this.destinationOf(request.socket)!);
        });
        server.on('connect', (request, socket, head) => this.#openTunnel(request, socket as Socket, head));
        server.on('clientError', (cause, socket) =>
            socket.destroy(unreadableRequestError(cause, this.destinationOf(socket)!)),
        );
        // For who says that it has asked for all it wants; Node's types do not know it.
        Object.assign(server, { httpAllowHalfOpen: true });
        // Nothing is won by closing what costs nothing, and a client may be just about to use it.
        server.keepAliveTimeout = 0;
        return server;
    }

    /** To a client, this is the proxy that it has asked for a tunnel: what comes next is meant for the tunnel's end. */
    #openTunnel({ url = '' }: IncomingMessage, serverSocket: Socket, head: Buffer): void {
        const connection = this.#connections.get(serverSocket)!;
        if (connection.destination.isForApi) {
            serverSocket.destroy();
            return;
        }
        connection.destination = { ...connection.destination, isSecure: false, authority: url };
        serverSocket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        if (head.length > 0) serverSocket.unshift(head);
        this.#server?.emit('connection', serverSocket);
    }
}

/** A socket that has been closed may connect again. */
function reopen(socket: Socket & { _undestroy?(): void }): void {
    if (socket.destroyed) socket._undestroy?.();
}

function completeConnect(client: Socket, { isSecure }: Destination): void {
    Object.assign(client, { connecting: false });
    // Timers of clients for each part of connecting wait for these.
    client.emit('lookup', null, client.remoteAddress, 4, '');
    client.emit('connect');
    client.emit('ready');
    // So that the end of the connection is noticed by who reads nothing.
    client.read(0);
    if (isSecure) completeHandshake(client);
}

/** The timer keeps the thread alive, as a connection would. */
function closeIfSilent(serverSocket: Socket, client: Socket, destination: Destination): void {
    const timer = setTimeout(() => client.destroy(notHttpError(destination)), SILENCE_MILLIS);
    const stop = (): void => clearTimeout(timer);
    serverSocket.once('close', stop);
    client.once('close', stop);
    const { push } = serverSocket;
    // No listener for its data: that would take them from the server.
    serverSocket.push = (...args) => {
        stop();
        serverSocket.push = push;
        return push.apply(serverSocket, args);
    };
}

function unsupportedProtocolError(target: string, { isForApi }: Destination): NetworkError {
    const who = isForApi
        ? 'the engine answers for this host itself'
        : "the handler that is the engine's option `network` answers";
    const message = `A connection to ${target} cannot be made with anything but HTTP/1.1: ${who}, and speaks nothing else.`;
    return new NetworkError(isForApi ? 'ERR_API_NOT_ANSWERED' : 'ERR_NETWORK_FORBIDDEN', message);
}

function unreadableRequestError(cause: Error, destination: Destination): NetworkError {
    if (!destination.isForApi) return notHttpError(destination, cause);
    const message = `What was sent to the API cannot be read as HTTP/1.1: ${cause.message}`;
    return new NetworkError('ERR_API_NOT_ANSWERED', message, { cause });
}

/** For what a handler cannot answer. */
export function notHttpError({ authority }: Pick<Destination, 'authority'>, cause?: Error): NetworkError {
    const why = cause === undefined ? '' : ` (${cause.message})`;
    const message =
        `The Actor may not connect to ${authority}: the engine's option \`network\` is a handler, which answers HTTP/1.1 ` +
        `requests and nothing else${why}.`;
    return new NetworkError('ERR_NETWORK_FORBIDDEN', message, { cause });
}

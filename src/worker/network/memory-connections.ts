import { clearTimeout, setTimeout } from 'node:timers';
import { describeTarget, NetworkError, type ConnectArguments } from './connect-arguments.js';
import { joinSockets } from './memory-socket.js';
import { completeHandshake, fakeTls, speaksHttp1 } from './secure-socket.js';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Purpose {
    /** Whether it is for a host of the API, and not for the handler of the host. */
    isForApi: boolean;
    isSecure: boolean;
    /** Where it leads, as `host` or `host:port`; through a tunnel, where that leads. */
    authority: string;
}

/** Answers what comes over a connection. Never rejects. */
export type AnswerConnection = (request: IncomingMessage, response: ServerResponse, purpose: Purpose) => Promise<void>;

/** Who connects says something first, with HTTP; who waits for a greeting speaks something else. */
const SILENCE_MILLIS = 2_000;

/** A connection of an Actor whose far end is a server of this thread. */
interface MemoryConnection {
    purpose: Purpose;
}

/**
 * The connections of an Actor whose far end is an HTTP server in this very thread, which listens nowhere. It is Node's own,
 * so that a client finds everything that HTTP/1.1 has.
 */
export class MemoryConnections {
    readonly #answer: AnswerConnection;
    /** By the sockets of both ends. */
    readonly #connections = new WeakMap<object, MemoryConnection>();
    #server: Server | undefined;

    constructor(answer: AnswerConnection) {
        this.#answer = answer;
    }

    /** Returns the purpose of a socket that was connected here. */
    purposeOf(socket: object): Purpose | undefined {
        return this.#connections.get(socket)?.purpose;
    }

    /** Does for a socket what its `connect` would do, and for one of TLS what follows from it. */
    connect(client: Socket, target: ConnectArguments, purpose: Purpose): void {
        const far = new (process.getBuiltinModule('node:net').Socket)({ allowHalfOpen: true });
        reopen(client);
        joinSockets(client, far);
        Object.assign(client, { connecting: true });
        if (purpose.isSecure) fakeTls(client, target);
        else if (target.callback) client.once('connect', target.callback);
        if (purpose.isSecure && !speaksHttp1(target.options.ALPNProtocols)) {
            process.nextTick(() => client.destroy(unspoken(describeTarget(target), purpose)));
            return;
        }
        const connection = { purpose };
        this.#connections.set(client, connection).set(far, connection);
        process.nextTick(() => {
            if (client.destroyed) return;
            this.#server ??= this.#listen();
            this.#server.emit('connection', far);
            if (!purpose.isForApi) refuseSilence(far, client, purpose);
            completeConnect(client, purpose);
        });
    }

    #listen(): Server {
        const server = process.getBuiltinModule('node:http').createServer((request, response) => {
            void this.#answer(request, response, this.purposeOf(request.socket)!);
        });
        server.on('connect', (request, socket, head) => this.#openTunnel(request, socket as Socket, head));
        server.on('clientError', (cause, socket) => socket.destroy(misread(cause, this.purposeOf(socket)!)));
        // For who says that it has asked for all it wants; Node's types do not know it.
        Object.assign(server, { httpAllowHalfOpen: true });
        // Nothing is won by closing what costs nothing, and a client may be just about to use it.
        server.keepAliveTimeout = 0;
        return server;
    }

    /** To a client, this is the proxy that it has asked for a tunnel: what comes next is meant for the tunnel's end. */
    #openTunnel({ url = '' }: IncomingMessage, far: Socket, head: Buffer): void {
        const connection = this.#connections.get(far)!;
        if (connection.purpose.isForApi) {
            far.destroy();
            return;
        }
        connection.purpose = { ...connection.purpose, isSecure: false, authority: url };
        far.write('HTTP/1.1 200 Connection established\r\n\r\n');
        if (head.length > 0) far.unshift(head);
        this.#server?.emit('connection', far);
    }
}

/** A socket that has been closed may connect again. */
function reopen(socket: Socket & { _undestroy?(): void }): void {
    if (socket.destroyed) socket._undestroy?.();
}

function completeConnect(client: Socket, { isSecure }: Purpose): void {
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
function refuseSilence(far: Socket, client: Socket, purpose: Purpose): void {
    const timer = setTimeout(() => client.destroy(notHttp(purpose)), SILENCE_MILLIS);
    const stop = (): void => clearTimeout(timer);
    far.once('close', stop);
    client.once('close', stop);
    const { push } = far;
    // No listener for its data: that would take them from the server.
    far.push = (...args) => {
        stop();
        far.push = push;
        return push.apply(far, args);
    };
}

function unspoken(target: string, { isForApi }: Purpose): NetworkError {
    const who = isForApi
        ? 'the engine answers for this host itself'
        : "the handler that is the engine's option `network` answers";
    const message = `A connection to ${target} cannot be made with anything but HTTP/1.1: ${who}, and speaks nothing else.`;
    return new NetworkError(isForApi ? 'ERR_API_NOT_ANSWERED' : 'ERR_NETWORK_FORBIDDEN', message);
}

function misread(cause: Error, purpose: Purpose): NetworkError {
    if (!purpose.isForApi) return notHttp(purpose, cause);
    const message = `What was sent to the API cannot be read as HTTP/1.1: ${cause.message}`;
    return new NetworkError('ERR_API_NOT_ANSWERED', message, { cause });
}

/** For what a handler cannot answer. */
export function notHttp({ authority }: Pick<Purpose, 'authority'>, cause?: Error): NetworkError {
    const why = cause === undefined ? '' : ` (${cause.message})`;
    const message =
        `The Actor may not connect to ${authority}: the engine's option \`network\` is a handler, which answers HTTP/1.1 ` +
        `requests and nothing else${why}.`;
    return new NetworkError('ERR_NETWORK_FORBIDDEN', message, { cause });
}

import type { Server } from 'node:http';
import type { Socket, SocketConstructorOpts } from 'node:net';
import type { ApiCall } from '../../protocol/api.js';
import { answerRequest } from './api-answer.js';
import { describeTarget, type ConnectArguments } from './connect-arguments.js';
import { defineMemorySocket, type MemorySocket, type MemorySocketClass, type Side } from './memory-socket.js';
import { NetworkError } from './network-error.js';
import { dressAsSecure, speaksHttp1 } from './secure-socket.js';

/**
 * The connections of an Actor to the API, whose far end is an HTTP server in this very thread, which listens nowhere. It
 * is Node's own, so that a client finds everything that HTTP/1.1 has.
 */
export class ApiConnections {
    readonly #answer: ApiCall;
    #server: Server | undefined;
    #MemorySocket: MemorySocketClass | undefined;

    constructor(answer: ApiCall) {
        this.#answer = answer;
    }

    /** Whether a socket is one of these. */
    has(socket: unknown): boolean {
        return this.#MemorySocket !== undefined && socket instanceof this.#MemorySocket;
    }

    /** What `net.connect` would give, or `tls.connect` if it is to be secure. */
    open(target: ConnectArguments, isSecure: boolean): Socket {
        const { options, callback } = target;
        const client = this.#create('client', { allowHalfOpen: options.allowHalfOpen, signal: options.signal });
        Object.assign(client, { connecting: true });
        if (isSecure) dressAsSecure(client, target);
        if (callback) client.once(isSecure ? 'secureConnect' : 'connect', callback);
        if (options.timeout) client.setTimeout(options.timeout);
        if (isSecure && !speaksHttp1(options.ALPNProtocols)) {
            process.nextTick(() => client.destroy(unspoken(describeTarget(target))));
            return client;
        }
        const far = this.#create('server', { allowHalfOpen: true });
        client.peer = far;
        far.peer = client;
        process.nextTick(() => {
            if (client.destroyed) return;
            this.#server ??= this.#listen();
            this.#server.emit('connection', far);
            completeConnect(client, isSecure);
        });
        return client;
    }

    #create(side: Side, options: SocketConstructorOpts): MemorySocket {
        this.#MemorySocket ??= defineMemorySocket(process.getBuiltinModule('node:net'));
        return new this.#MemorySocket(side, options);
    }

    #listen(): Server {
        const server = process.getBuiltinModule('node:http').createServer((request, response) => {
            void answerRequest(this.#answer, request, response);
        });
        server.on('clientError', (cause, socket) => socket.destroy(misread(cause)));
        // For who says that it has asked for all it wants; Node's types do not know it.
        Object.assign(server, { httpAllowHalfOpen: true });
        // Nothing is won by closing what costs nothing, and a client may be just about to use it.
        server.keepAliveTimeout = 0;
        return server;
    }
}

function completeConnect(client: MemorySocket, isSecure: boolean): void {
    Object.assign(client, { connecting: false });
    // Timers of clients for each part of connecting wait for these.
    client.emit('lookup', null, client.remoteAddress, 4, '');
    client.emit('connect');
    client.emit('ready');
    // So that the end of the connection is noticed by who reads nothing.
    client.read(0);
    if (!isSecure) return;
    Object.assign(client, { secureConnecting: false });
    client.emit('secure');
    client.emit('secureConnect');
}

function unspoken(target: string): NetworkError {
    const message =
        `A connection to ${target} cannot be made with anything but HTTP/1.1: ` +
        'the engine answers for this host itself, and speaks nothing else.';
    return new NetworkError('ERR_API_NOT_ANSWERED', message);
}

function misread(cause: Error): NetworkError {
    const message = `What was sent to the API cannot be read as HTTP/1.1: ${cause.message}`;
    return new NetworkError('ERR_API_NOT_ANSWERED', message, { cause });
}

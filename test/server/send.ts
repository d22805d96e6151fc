import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { credentials } from './make-proxy.js';
import type { ForwardProxy } from '../../src/server/forward-proxy.js';

/** An answer that has come in whole. */
export interface Answer {
    readonly status: number | undefined;
    readonly message: IncomingMessage;
    readonly body: string;
}

/** Opens a plain request through a proxy, in absolute form, with the right credentials unless headers are given. */
export function open(proxy: ForwardProxy, url: string, options: RequestOptions = {}): ClientRequest {
    const { hostname, port } = proxy;
    return request({ agent: false, headers: credentials(), ...options, hostname, port, path: url });
}

/** Sends a plain request through a proxy and reads the answer. */
export async function send(
    proxy: ForwardProxy,
    url: string,
    options: RequestOptions & { body?: string | Buffer } = {},
): Promise<Answer> {
    return read(open(proxy, url, options).end(options.body));
}

/** Reads the answer to a request. */
export async function read(sent: ClientRequest): Promise<Answer> {
    const [message] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: message.statusCode, message, body: (await buffer(message)).toString() };
}

/** A bare connection to a proxy, which is destroyed when the running test has finished. */
export async function dial({ hostname, port }: ForwardProxy): Promise<Socket> {
    const socket = connect({ host: hostname, port, allowHalfOpen: true });
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
}

/** Asks for a tunnel and gives the bytes that were answered first. */
export async function askForTunnel(
    socket: Socket,
    authority: string,
    headers: object = credentials(),
): Promise<string> {
    const lines = Object.entries({ Host: authority, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`CONNECT ${authority} HTTP/1.1\r\n${lines.join('')}\r\n`);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    socket.pause();
    return bytes.toString();
}

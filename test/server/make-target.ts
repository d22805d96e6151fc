import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const TLS = new URL('../fixtures/tls/', import.meta.url);

/** The certificate of `localhost`, which is its own authority; valid until 2120. */
export const CERTIFICATE: string = readFileSync(new URL('localhost-cert.pem', TLS), 'utf8');

/** A server that listens on this machine. */
export interface Target {
    readonly server: Server | TcpServer;
    readonly port: number;
    /** Without a slash at its end. */
    readonly url: string;
}

/** A web server that is closed when the running test has finished. */
export async function makeTarget(listener?: RequestListener): Promise<Target> {
    return listen(createServer(listener), 'http');
}

/** The same over TLS, with a certificate that only clients with {@link CERTIFICATE} trust. */
export async function makeTlsTarget(listener: RequestListener): Promise<Target> {
    const key = readFileSync(new URL('localhost-key.pem', TLS));
    return listen(createTlsServer({ key, cert: CERTIFICATE }, listener), 'https');
}

/** A server of bare sockets, which stay open in one direction when the other has ended. */
export async function makeTcpTarget(onConnection: (socket: Socket) => void): Promise<Target> {
    const sockets = new Set<Socket>();
    const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        onConnection(socket);
    });
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
    return listen(server, 'tcp');
}

/** A port without a listener. */
export async function freePort(): Promise<number> {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
}

async function listen(server: Server | TcpServer, protocol: string): Promise<Target> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close();
    });
    const { port } = server.address() as AddressInfo;
    return { server, port, url: `${protocol}://127.0.0.1:${port}` };
}

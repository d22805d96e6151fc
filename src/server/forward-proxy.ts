import { once } from 'node:events';
import { createServer } from 'node:http';
import { OpenSockets } from './open-sockets.js';
import { proxyGate, type ProxyGateOptions } from './proxy-gate.js';
import { handleConnect, handleRequest, type ProxySite } from './proxy-handlers.js';
import type { AddressInfo } from 'node:net';

/** How {@link startForwardProxy} is to behave. */
export interface ForwardProxyOptions extends ProxyGateOptions {
    /** What opens the proxy; compared in constant time. */
    password: string;
}

/** A proxy that listens. */
export interface ForwardProxy {
    readonly hostname: string;
    readonly port: number;
    /** Where clients ask, through the proxy, whether they can use it: the value of `APIFY_PROXY_STATUS_URL`. */
    readonly statusUrl: string;
    /** Stops it and ends all its connections, tunnels too, at once; calling it again waits for the same. */
    close(): Promise<void>;
}

const HOSTNAME = '127.0.0.1';

/**
 * Starts a proxy on this machine that stands in for Apify Proxy: it takes the usernames that the SDK builds, answers as the
 * status page, and passes what comes on to its target unchanged, from this machine's own address.
 *
 * It does not keep the process alive.
 */
export async function startForwardProxy(options: ForwardProxyOptions): Promise<ForwardProxy> {
    const server = createServer();
    const sockets = new OpenSockets();
    server.on('connection', (socket) => sockets.add(socket));
    server.listen(0, HOSTNAME);
    await once(server, 'listening');
    server.unref();
    // From here on only: a connection that could not be taken is its client's loss.
    server.on('error', () => {});

    const { port } = server.address() as AddressInfo;
    const site: ProxySite = { port, password: options.password, gate: proxyGate(options), sockets };
    server.on('request', (request, response) => handleRequest({ request, response }, site));
    server.on('connect', (request, _stream, head) => handleConnect(request, { socket: request.socket, head }, site));

    const closed = new Promise<void>((resolve) => server.once('close', resolve));
    return {
        hostname: HOSTNAME,
        port,
        statusUrl: `http://${HOSTNAME}:${port}`,
        close() {
            server.close();
            sockets.endAll();
            return closed;
        },
    };
}

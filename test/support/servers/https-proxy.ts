import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { ROOT } from '../docs/source-files.js';

/** An HTTPS front of a site, with a self-signed certificate. */
export interface HttpsProxy {
    /** Returns the HTTPS URL of the same page. */
    secure(url: string): string;
    /** Closes the front and its connections. */
    close(): Promise<void>;
}

/** Opens an HTTPS front of the site with this URL. */
export async function openHttpsProxy(url: string): Promise<HttpsProxy> {
    const { hostname, port } = new URL(url);
    const read = (name: string): Buffer => readFileSync(join(ROOT, 'test/fixtures/tls', name));
    const sockets = new Set<Socket>();
    const server = createServer({ key: read('localhost-key.pem'), cert: read('localhost-cert.pem') }, (socket) => {
        const site = connect(Number(port), hostname);
        for (const [end, other] of [
            [socket, site],
            [site, socket],
        ] as const) {
            sockets.add(end);
            end.pipe(other);
            end.on('error', () => other.destroy());
            end.on('close', () => {
                sockets.delete(end);
                other.destroy();
            });
        }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    return {
        secure: (plain) => origin + new URL(plain).pathname,
        async close() {
            for (const socket of sockets) socket.destroy();
            server.close();
            await once(server, 'close');
        },
    };
}

import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { gotScraping } from 'crawlee';
import { describe, expect, it } from 'vitest';
import { credentials, makeProxy, proxyUrl } from './make-proxy.js';
import { CERTIFICATE, freePort, makeTcpTarget, makeTlsTarget } from './make-target.js';
import { askForTunnel, dial } from './send.js';
import type { Socket } from 'node:net';

const OPEN = 'HTTP/1.1 200 Connection Established\r\n\r\n';

describe('a tunnel through the proxy', () => {
    it('carries TLS, so that the client sees the certificate of the target', async () => {
        const proxy = await makeProxy();
        const target = await makeTlsTarget((request, response) => void request.pipe(response));
        const url = target.url.replace('127.0.0.1', 'localhost');
        const sent = {
            method: 'POST',
            body: 'hello',
            proxyUrl: proxyUrl(proxy, 'groups-RESIDENTIAL,session-abc,country-US'),
            https: { certificateAuthority: CERTIFICATE, rejectUnauthorized: true },
            retry: { limit: 0 },
        } as const;

        const { statusCode, body } = await gotScraping({ ...sent, url });
        const untrusting = gotScraping({ ...sent, url, https: { rejectUnauthorized: true } });

        expect([statusCode, body]).toEqual([200, 'hello']);
        await expect(untrusting).rejects.toThrow('self-signed certificate');
    });

    it('carries 20 MB there and back', async () => {
        const proxy = await makeProxy();
        const target = await makeTlsTarget((request, response) => void request.pipe(response));
        const body = Buffer.alloc(20 * 2 ** 20, 'greenroom ');

        const answer = await gotScraping({
            method: 'POST',
            url: target.url.replace('127.0.0.1', 'localhost'),
            body,
            proxyUrl: proxyUrl(proxy),
            https: { certificateAuthority: CERTIFICATE },
            responseType: 'buffer',
        });

        expect(body.equals(answer.body)).toBe(true);
    });

    it('carries what the client sends before it is open', async () => {
        const proxy = await makeProxy();
        const target = await makeTcpTarget((socket) => socket.pipe(socket));
        const socket = await dial(proxy);
        const authority = `localhost:${target.port}`;
        const header = `Proxy-Authorization: ${credentials()['Proxy-Authorization']}`;

        socket.end(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${header}\r\n\r\nearly`);

        expect(await text(socket)).toBe(`${OPEN}early`);
    });

    it("carries the response that follows the end of the client's side", async () => {
        const proxy = await makeProxy();
        const target = await makeTcpTarget((socket) => {
            void readAll(socket).then((question) => socket.end(`answer to ${question}`));
        });
        const socket = await dial(proxy);

        const opened = await askForTunnel(socket, `127.0.0.1:${target.port}`);
        socket.end('question');

        expect(opened).toBe(OPEN);
        expect(await readAll(socket)).toBe('answer to question');
    });

    it('is closed if the target does not listen', async () => {
        const proxy = await makeProxy();
        const socket = await dial(proxy);
        const authority = `127.0.0.1:${await freePort()}`;
        const headers = Object.entries({ Host: authority, ...credentials() }).map((pair) => `${pair.join(': ')}\r\n`);

        socket.write(`CONNECT ${authority} HTTP/1.1\r\n${headers.join('')}\r\n`);

        expect(await text(socket)).toBe('');
    });

    it('ends at the target when the client disconnects', async () => {
        const proxy = await makeProxy();
        const target = await makeTcpTarget(() => {});
        const connected = once(target.server, 'connection');
        const socket = await dial(proxy);

        await askForTunnel(socket, `127.0.0.1:${target.port}`);
        const [targetSide] = (await connected) as [Socket];
        socket.resetAndDestroy();

        expect(await readAll(targetSide)).toBe('');
    });

    it('ends at the client when the target disconnects', async () => {
        const proxy = await makeProxy();
        const target = await makeTcpTarget(() => {});
        const connected = once(target.server, 'connection');
        const socket = await dial(proxy);

        await askForTunnel(socket, `127.0.0.1:${target.port}`);
        const [targetSide] = (await connected) as [Socket];
        targetSide.resetAndDestroy();

        expect(await readAll(socket)).toBe('');
    });
});

/** Reads a socket until its sender ends it. Unlike `text` of Node it leaves the other direction open. */
async function readAll(socket: Socket): Promise<string> {
    let all = '';
    socket.on('data', (bytes) => (all += bytes.toString()));
    await once(socket.resume(), 'end');
    return all;
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { checkProperty } from '../support/arbitraries/property.js';
import { openSocket, readAll } from '../support/servers/raw-http.js';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'CONNECT', 'x', ''];
const TARGETS = [
    '/v2/datasets',
    '/',
    '/v2/users/me',
    '*',
    '//',
    '/v2/%',
    '/v2/..%2f..%2fetc/passwd',
    'http://elsewhere/',
    '/v2/logs/a?stream=1',
    '\0',
];
const LINES = [
    'Host: elsewhere',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 99999999999999999999',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Expect: 100-continue',
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x',
    'Upgrade: h2c',
    'Content-Encoding: gzip',
    ': nameless',
    'no colon',
    `Long: ${'x'.repeat(20_000)}`,
    '\u00ff: \u00ff',
    '',
];
const BODIES = ['', '{"a":1}', '5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '\0\0\0', 'GET / HTTP/1.1\r\n\r\n'];

const request = fc
    .tuple(
        fc.constantFrom(...METHODS),
        fc.constantFrom(...TARGETS),
        fc.array(fc.constantFrom(...LINES), { maxLength: 3 }),
        fc.constantFrom(...BODIES),
    )
    .map(([method, target, lines, body]) => (port: number) => {
        const head = [
            `${method} ${target} HTTP/1.1`,
            `Host: 127.0.0.1:${port}`,
            'Authorization: Bearer token',
            ...lines,
        ];
        return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'latin1');
    });
const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => () => Buffer.from(array));

describe('any bytes over a socket', () => {
    it('are answered, or close the socket, without an internal error', async () => {
        const engine = await makeEngine({ token: 'token' });
        const { url } = await engine.listen({ port: 0 });
        const port = Number(new URL(url).port);
        const one = fc.oneof({ arbitrary: request, weight: 5 }, { arbitrary: bytes, weight: 1 });
        const property = fc.asyncProperty(one, async (make) => {
            const socket = await openSocket(port);
            socket.end(make(port));
            const answers = await readAll(socket);

            for (const [, status] of answers.matchAll(/HTTP\/1\.1 (\d+)/g)) expect(Number(status)).toBeLessThan(500);
        });
        await checkProperty(property, 40);

        const answer = await fetch(`${url}/v2/users/me`, { headers: { authorization: 'Bearer token' } });
        expect(answer.status).toBe(200);
    });
});

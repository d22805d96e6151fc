import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ROOT } from '../docs/source-files.js';
import { waitUntil } from '../wait-until.js';
import type { AddressInfo } from 'node:net';

/** A received webhook. */
export interface ReceivedRequest {
    method: string;
    path: string;
    headers: IncomingHttpHeaders;
    /** Parsed body. */
    body: Record<string, unknown>;
    /** Original body. */
    text: string;
}

/** A server on loopback that receives webhooks. */
export interface WebhookServer {
    /** Root URL: `http://127.0.0.1:1234/`. */
    readonly url: string;
    readonly received: ReceivedRequest[];
    /** Waits until this number of requests has arrived, and returns the last one. */
    take(count?: number): Promise<ReceivedRequest>;
    close(): Promise<void>;
}

/** Behavior of a webhook server. */
export interface WebhookServerOptions {
    /** Responds to a request; `count` is 1 for the first. Default: 200 and `taken`. */
    answer?: (response: ServerResponse, count: number) => void;
    /** If true, uses HTTPS with a self-signed certificate. Default: false. */
    isSecure?: boolean;
    /** Port. Default: a free one. */
    port?: number;
}

/** Opens a server that closes when the current test ends. */
export async function openWebhookServer(options: WebhookServerOptions = {}): Promise<WebhookServer> {
    const { answer = (response) => response.end('taken'), isSecure = false, port = 0 } = options;
    const received: ReceivedRequest[] = [];
    const listener: RequestListener = (request, response) => {
        const { method = '', url: path = '', headers } = request;
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            received.push({ method, path, headers, text, body: JSON.parse(text) as ReceivedRequest['body'] });
            answer(response, received.length);
        });
    };
    const read = (name: string): Buffer => readFileSync(join(ROOT, 'test/fixtures/tls', name));
    const server = isSecure
        ? createSecureServer({ key: read('localhost-key.pem'), cert: read('localhost-cert.pem') }, listener)
        : createServer(listener);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const close = async (): Promise<void> => {
        server.closeAllConnections();
        if (!server.listening) return;
        server.close();
        await once(server, 'close');
    };
    onTestFinished(close);
    return {
        url: `${isSecure ? 'https://localhost' : 'http://127.0.0.1'}:${(server.address() as AddressInfo).port}/`,
        received,
        close,
        async take(count = 1) {
            await waitUntil(`request ${count} of a webhook`, () => received.length >= count);
            return received[count - 1]!;
        },
    };
}

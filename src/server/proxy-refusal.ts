import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What the proxy answers in place of the target. */
export interface ProxyRefusal {
    readonly status: number;
    /** For people: what is wrong and what to do. */
    readonly text: string;
}

/** Refuses a plain request; one that is being answered already is broken off. */
export function refuseRequest(response: ServerResponse, { status, text }: ProxyRefusal): void {
    if (response.headersSent) {
        response.destroy();
        return;
    }
    response.writeHead(status, headers(status, text)).end(`${text}\n`);
}

/** Refuses a tunnel. The socket is the client's to close, who would else lose what it has not read yet. */
export function refuseTunnel(client: Socket, { status, text }: ProxyRefusal): void {
    const lines = Object.entries({ ...headers(status, text), Connection: 'close' }).map(
        ([key, value]) => `${key}: ${value}`,
    );
    client.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${text}\n`);
    client.resume();
}

function headers(status: number, text: string): Record<string, string | number> {
    return {
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Length': Buffer.byteLength(text) + 1,
        ...(status === 407 && { 'Proxy-Authenticate': 'Basic realm="greenroom", charset="UTF-8"' }),
    };
}

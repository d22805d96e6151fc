import type { ServerResponse } from 'node:http';

/** Answers as the platform's status page does when asked for JSON; the SDK reads it to see whether the proxy can be used. */
export function answerProxyStatus(response: ServerResponse, connectionError: string | undefined): void {
    const status = {
        connected: connectionError === undefined,
        connectionError: connectionError ?? null,
        isManInTheMiddle: false,
    };
    const body = JSON.stringify(status);
    response
        .writeHead(200, {
            'Content-Type': 'application/json; charset=utf-8',
            'Content-Length': Buffer.byteLength(body),
            'Cache-Control': 'no-store',
        })
        .end(body);
}

import { STATUS_CODES } from 'node:http';
import { EngineError } from '../errors/engine-error.js';
import type { Duplex } from 'node:stream';

interface Verdict {
    readonly status: number;
    readonly type: string;
    readonly message: string;
}

const VERDICTS: Readonly<Record<string, Verdict>> = {
    HPE_HEADER_OVERFLOW: {
        status: 431,
        type: 'invalid-header',
        message: 'The head of the request is too large. Send fewer or shorter headers.',
    },
    ERR_HTTP_REQUEST_TIMEOUT: {
        status: 408,
        type: 'request-timeout',
        message: 'The request did not come in time. Send it anew, in one go.',
    },
};
const UNREADABLE: Verdict = {
    status: 400,
    type: 'invalid-request',
    message: 'What was sent cannot be read as HTTP/1.1.',
};

/** Answers what is no request that could be handled, in the API's shape, and ends its connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy();
        return;
    }
    const { status, type, message } = VERDICTS[error.code ?? ''] ?? UNREADABLE;
    const body = JSON.stringify({ error: { type, message } });
    const head = [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
    ];
    // Destroyed at its end, since whoever sends such things may never end.
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

const REMEDIES: Readonly<Record<string, string>> = {
    EADDRINUSE:
        'The port is taken: end what listens there, choose another one, or leave `port` out for any that is free.',
    EACCES: 'This user may not listen there: choose a port from 1024 on.',
    EADDRNOTAVAIL: 'This machine has no such address: leave `host` out for `127.0.0.1`.',
    ENOTFOUND: 'There is no such host: leave `host` out for `127.0.0.1`.',
};

/** The error for a listener that could not be opened. */
export function listenError(cause: unknown, host: string, port: number): EngineError {
    const { code = 'unknown', message } = cause as NodeJS.ErrnoException;
    const remedy = REMEDIES[code] ?? message;
    return new EngineError('cannot-listen', `The engine cannot listen at ${host}, port ${port} (${code}). ${remedy}`, {
        details: { host, port, reason: code },
        cause,
    });
}

import { HttpError } from '../api/errors.js';
import { EngineError } from '../errors/engine-error.js';
import { endWithRefusal } from './web-sockets.js';
import type { Duplex } from 'node:stream';

type Refusal = ConstructorParameters<typeof HttpError>;

const REFUSALS: Readonly<Record<string, Refusal>> = {
    HPE_HEADER_OVERFLOW: [
        431,
        'invalid-header',
        'The head of the request is too large. Send fewer or shorter headers.',
    ],
    ERR_HTTP_REQUEST_TIMEOUT: [408, 'request-timeout', 'The request did not come in time. Send it again, in one go.'],
};
const OTHERWISE: Refusal = [400, 'invalid-request', 'Only HTTP/1.1 is supported.'];

/** Answers a request that Node cannot handle, in the API's shape, and ends its connection. */
export function answerClientError({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
    if (code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else void endWithRefusal(socket, new HttpError(...(REFUSALS[code] ?? OTHERWISE)));
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

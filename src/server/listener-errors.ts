import { HttpError } from '../api/errors.js';
import { EngineError } from '../errors/engine-error.js';
import { endWithError } from './web-sockets.js';
import type { Remedy } from '../errors/remedies.js';
import type { Duplex } from 'node:stream';

type HttpErrorArguments = ConstructorParameters<typeof HttpError>;

const CLIENT_ERRORS: Readonly<Record<string, HttpErrorArguments>> = {
    HPE_HEADER_OVERFLOW: [
        431,
        'invalid-header',
        'The head of the request is too large. Send fewer or shorter headers.',
    ],
    ERR_HTTP_REQUEST_TIMEOUT: [
        408,
        'request-timeout',
        'The request was not complete in time. Send it again without pauses.',
    ],
};
const INVALID_REQUEST: HttpErrorArguments = [400, 'invalid-request', 'Only HTTP/1.1 is supported.'];

/** Responds to a request that Node cannot parse, in the API's shape, and ends its connection. */
export function respondToClientError({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
    if (code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else void endWithError(socket, new HttpError(...(CLIENT_ERRORS[code] ?? INVALID_REQUEST)));
}

const LISTEN_PROBLEMS: Readonly<Record<string, readonly [reason: string, remedy?: Remedy]>> = {
    EADDRINUSE: ['The port is taken.', 'free-port'],
    EACCES: ['This user is not permitted to listen there. Choose a port of 1024 or higher.'],
    EADDRNOTAVAIL: ['This machine does not have that address.', 'default-host'],
    ENOTFOUND: ['The host does not exist.', 'default-host'],
};

/** Creates the error for a listener that could not be opened. */
export function listenError(cause: unknown, host: string, port: number): EngineError {
    const { code = 'unknown', message } = cause as NodeJS.ErrnoException;
    const [problem, remedy] = LISTEN_PROBLEMS[code] ?? [message];
    return new EngineError('cannot-listen', `The engine cannot listen at ${host}, port ${port} (${code}). ${problem}`, {
        details: { host, port, reason: code },
        remedy,
        cause,
    });
}

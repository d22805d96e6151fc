import { EngineError } from '../errors/engine-error.js';

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

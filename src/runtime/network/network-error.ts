import type { ConnectArguments } from './connect-arguments.js';

/** What the code of a {@link NetworkError} can be. */
export type NetworkErrorCode = 'ERR_NETWORK_FORBIDDEN' | 'ERR_API_NOT_ANSWERED';

/** Why a connection of an Actor was not made, in the shape of an error of Node's network. */
export class NetworkError extends Error {
    readonly code: NetworkErrorCode;
    /** The host as the Actor gave it; undefined for a unix socket or a pipe. */
    readonly host: string | undefined;
    readonly port: number | undefined;

    constructor(
        code: NetworkErrorCode,
        message: string,
        details: Partial<ConnectArguments> & { cause?: unknown } = {},
    ) {
        super(message, details.cause === undefined ? undefined : { cause: details.cause });
        this.name = 'NetworkError';
        this.code = code;
        this.host = details.pipe === undefined ? details.host : undefined;
        this.port = details.pipe === undefined ? details.port : undefined;
    }
}

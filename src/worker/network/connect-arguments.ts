import type { ConnectionOptions } from 'node:tls';

/** Nobody has checked these yet. */
type Options = Omit<ConnectionOptions, 'host' | 'port'> & {
    host?: unknown;
    port?: unknown;
    allowHalfOpen?: boolean;
    signal?: AbortSignal;
};

/** Where a call of `net.connect` or its like wants to connect to, and how. */
export interface ConnectArguments {
    /** As {@link normalizeHost} leaves it; `localhost` if none is told, as for Node. */
    host: string;
    port: number | undefined;
    /** A unix socket or a pipe; then host and port are not looked at. */
    pipe: string | undefined;
    options: Options;
    callback: (() => void) | undefined;
}

/** Reads the arguments of `net.connect`, `tls.connect` or `socket.connect`, which take them in the same many ways. */
export function parseConnectArguments(args: readonly unknown[]): ConnectArguments {
    // `net.connect` passes what it has made of its arguments to `socket.connect` as one list.
    const list: readonly unknown[] = Array.isArray(args[0]) ? args[0] : args;
    const options: Options = Object.assign({}, parsePositional(list), ...list.filter(isObject));
    return {
        host: normalizeHost(String(options.host || 'localhost')),
        port: options.port === undefined ? undefined : Number(options.port),
        pipe: options.path || undefined,
        options,
        callback: list.find((arg): arg is () => void => typeof arg === 'function'),
    };
}

/** The one spelling of a host among those that mean the same: `[::1]`, `API.Apify.com.`. */
export function normalizeHost(host: string): string {
    return host
        .toLowerCase()
        .replace(/^\[(.*)\]$/, '$1')
        .replace(/\.$/, '');
}

/** What a connection goes to, for a message: `example.com:443`, `[2001:db8::1]:80`, or the path of a unix socket. */
export function describeTarget({ host, port, pipe }: ConnectArguments): string {
    if (pipe !== undefined) return pipe;
    const name = host.includes(':') ? `[${host}]` : host;
    return port === undefined ? name : `${name}:${port}`;
}

function parsePositional([first, second]: readonly unknown[]): object {
    if (typeof first === 'string' && !(Number(first) >= 0)) return { path: first };
    if (typeof first !== 'string' && typeof first !== 'number') return {};
    return { port: first, ...(typeof second === 'string' && { host: second }) };
}

function isObject(value: unknown): value is object {
    return typeof value === 'object' && value !== null;
}

type NetworkErrorCode = 'ERR_NETWORK_FORBIDDEN' | 'ERR_API_NOT_ANSWERED';

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

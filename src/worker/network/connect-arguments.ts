import type { ConnectionOptions } from 'node:tls';

/** Options that are not validated yet. */
type Options = Omit<ConnectionOptions, 'host' | 'port'> & {
    host?: unknown;
    port?: unknown;
    allowHalfOpen?: boolean;
    signal?: AbortSignal;
};

/** Where a connection leads. */
export interface Target {
    /** Normalized by {@link normalizeHost}. Default: `localhost`, as in Node. */
    host: string;
    port: number | undefined;
    /** Path of a unix socket or a pipe; host and port are ignored if it is set. */
    pipe: string | undefined;
}

/** Target and options of a call of `net.connect` or a similar function. */
export interface ConnectArguments extends Target {
    options: Options;
    callback: (() => void) | undefined;
}

/** Parses the arguments of `net.connect`, `tls.connect` or `socket.connect`, which share their overloads. */
export function parseConnectArguments(args: readonly unknown[]): ConnectArguments {
    // `net.connect` passes its parsed arguments to `socket.connect` as one array.
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

/** Returns the canonical spelling of a host such as `[::1]` or `API.Apify.com.`. */
export function normalizeHost(host: string): string {
    return host
        .toLowerCase()
        .replace(/^\[(.*)\]$/, '$1')
        .replace(/\.$/, '');
}

/** Returns the target for a message: `example.com:443`, `[2001:db8::1]:80`, or the path of a unix socket. */
export function describeTarget({ host, port, pipe }: Target): string {
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

/** A connection that was refused, as an error shaped like those of Node's network. */
export class NetworkError extends Error {
    readonly code: NetworkErrorCode;
    /** The host as the Actor passed it; undefined for a unix socket or a pipe. */
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

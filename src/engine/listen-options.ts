import { isLoopback } from '../util/loopback.js';
import { checkFlag, checkOptions, checkText, checkWhole, invalid } from '../util/check.js';

/** What {@link Engine.listen} can be told. */
export interface ListenOptions {
    /** Default: 0, any that is free. */
    readonly port?: number;
    /** Address or name to listen at. Default: `'127.0.0.1'`, which only this machine reaches. */
    readonly host?: string;
    /** A token that opens this listener, besides {@link Engine.token} and the tokens of runs. Default: none. */
    readonly token?: string;
    /** Whether `host` may be one that other machines reach. They can then do whatever the token allows. Default: false. */
    readonly allowRemote?: boolean;
    /**
     * Names by which the listener is reached besides `localhost` and `host`, as through a tunnel: `engine.example`, or
     * `engine.example:8080` for that port only. Default: none.
     */
    readonly allowedHosts?: readonly string[];
    /** Origins of web pages that may use it: `https://app.example`, or `*` for all. Default: none but its own. */
    readonly allowedOrigins?: readonly string[];
}

/** {@link ListenOptions} with all defaults. */
export interface ResolvedListenOptions {
    readonly port: number;
    readonly host: string;
    readonly token: string | undefined;
    readonly allowedHosts: readonly string[];
    readonly allowedOrigins: readonly string[];
}

const KNOWN: readonly (keyof ListenOptions)[] = [
    'port',
    'host',
    'token',
    'allowRemote',
    'allowedHosts',
    'allowedOrigins',
];
const HOST_NAME = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i;

/** Checks the options and fills in the defaults. */
export function resolveListenOptions(options: ListenOptions = {}): ResolvedListenOptions {
    checkOptions('options', options, KNOWN);
    const {
        port = 0,
        host = '127.0.0.1',
        token,
        allowRemote = false,
        allowedHosts = [],
        allowedOrigins = [],
    } = options;
    checkWhole('options.port', port, 0, 65_535);
    checkText('options.host', host);
    checkText('options.token', token);
    checkFlag('options.allowRemote', allowRemote);
    checkList('options.allowedHosts', allowedHosts, isHost, 'a host such as `engine.example` or `engine.example:8080`');
    checkList('options.allowedOrigins', allowedOrigins, isOrigin, 'an origin such as `https://app.example`, or `*`');
    if (!allowRemote && !isLoopback(host)) {
        const remedy =
            'Other machines could reach it there, and do whatever the token allows. Set `allowRemote: true` if they are to.';
        throw invalid('options.host', host, '`localhost` or a loopback address', remedy);
    }
    return { port, host, token, allowedHosts, allowedOrigins };
}

function checkList(path: string, list: unknown, isRight: (entry: string) => boolean, expected: string): void {
    if (!Array.isArray(list)) throw invalid(path, list, 'an array of texts');
    for (const [index, entry] of list.entries()) {
        if (typeof entry !== 'string' || !isRight(entry)) throw invalid(`${path}[${index}]`, entry, expected);
    }
}

function isHost(text: string): boolean {
    return HOST_NAME.test(text);
}

function isOrigin(text: string): boolean {
    if (text === '*' || text === 'null') return true;
    // Not by the origin of the URL class, which knows none for schemes such as an app may have for itself.
    return URL.canParse(text) && /^[a-z][a-z\d+.-]*:\/\/[^/?#@]+$/.test(text);
}

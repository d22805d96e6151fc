import { isLoopback } from '../../util/loopback.js';
import { checkEach, checkFlag, checkText, checkWhole, invalid, type Check } from '../../util/check.js';

/** Options of {@link Engine.listen}. */
export interface ListenOptions {
    /** TCP port. Default: 0, a free port. */
    readonly port?: number;
    /** Address or host name to listen on. Default: `'127.0.0.1'`, which only this machine can reach. */
    readonly host?: string;
    /** An additional token for this listener. It has the rights of {@link Engine.token}. Default: none. */
    readonly token?: string;
    /** If true, `host` may be an address that other machines can reach. They can do everything that a token allows. Default: false. */
    readonly allowRemote?: boolean;
    /**
     * Accepted `Host` headers in addition to `localhost` and `host`, for instance of a tunnel: `engine.example`, or
     * `engine.example:8080` for that port only. Default: none.
     */
    readonly allowedHosts?: readonly string[];
    /** Origins of web pages that may send requests: `https://app.example`, or `*` for all. Default: only the listener's own. */
    readonly allowedOrigins?: readonly string[];
}

/** {@link ListenOptions} with the defaults filled in. */
export type ResolvedListenOptions = Required<Omit<ListenOptions, 'token' | 'allowRemote'>> &
    Pick<ListenOptions, 'token'>;

const HOST_NAME = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i;

const CHECKS: Readonly<Record<keyof ListenOptions, Check>> = {
    port: (path, value) => checkWhole(path, value, 0, 65_535),
    host: checkText,
    token: checkText,
    allowRemote: checkFlag,
    allowedHosts: checkList(isHost, 'a host such as `engine.example` or `engine.example:8080`'),
    allowedOrigins: checkList(isOrigin, 'an origin such as `https://app.example`, or `*`'),
};

/** Checks the options and fills in the defaults. */
export function resolveListenOptions(options: ListenOptions = {}): ResolvedListenOptions {
    checkEach('options', options, CHECKS);
    const { port = 0, host = '127.0.0.1', token, allowRemote, allowedHosts = [], allowedOrigins = [] } = options;
    if (allowRemote !== true && !isLoopback(host)) {
        const remedy =
            'Other machines can reach this address and do everything that a token allows. To permit that, set `allowRemote: true`.';
        throw invalid('options.host', host, '`localhost` or a loopback address', remedy);
    }
    return { port, host, token, allowedHosts, allowedOrigins };
}

/** Creates a check for an array of strings. */
function checkList(isValid: (entry: string) => boolean, expected: string): Check {
    return (path, list) => {
        if (list === undefined) return;
        if (!Array.isArray(list)) throw invalid(path, list, 'an array of strings');
        for (const [index, entry] of list.entries()) {
            if (typeof entry !== 'string' || !isValid(entry)) throw invalid(`${path}[${index}]`, entry, expected);
        }
    };
}

function isHost(text: string): boolean {
    return HOST_NAME.test(text);
}

function isOrigin(text: string): boolean {
    if (text === '*' || text === 'null') return true;
    // `URL.origin` cannot be used: it is 'null' for custom schemes, such as those of Electron apps.
    return URL.canParse(text) && /^[a-z][a-z\d+.-]*:\/\/[^/?#@]+$/.test(text);
}

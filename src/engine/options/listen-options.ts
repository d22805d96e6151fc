import { isLoopback } from '../../util/loopback.js';
import { checkEach, checkFlag, checkText, checkWhole, invalid, type Check } from '../../util/check.js';

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
            'Other machines could reach it there, and do whatever the token allows. Set `allowRemote: true` if they are to.';
        throw invalid('options.host', host, '`localhost` or a loopback address', remedy);
    }
    return { port, host, token, allowedHosts, allowedOrigins };
}

function checkList(isRight: (entry: string) => boolean, expected: string): Check {
    return (path, list) => {
        if (list === undefined) return;
        if (!Array.isArray(list)) throw invalid(path, list, 'an array of texts');
        for (const [index, entry] of list.entries()) {
            if (typeof entry !== 'string' || !isRight(entry)) throw invalid(`${path}[${index}]`, entry, expected);
        }
    };
}

function isHost(text: string): boolean {
    return HOST_NAME.test(text);
}

function isOrigin(text: string): boolean {
    if (text === '*' || text === 'null') return true;
    // Not by the origin of the URL class, which knows none for schemes such as an app may have for itself.
    return URL.canParse(text) && /^[a-z][a-z\d+.-]*:\/\/[^/?#@]+$/.test(text);
}

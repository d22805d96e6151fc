import { resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import {
    checkedLater,
    checkEach,
    checkNumber,
    checkOptions,
    checkText,
    checkWhole,
    checkWord,
    invalid,
    oneOf,
    type Check,
} from '../../util/check.js';
import { systemClock, type Clock } from '../../util/clock.js';
import { electronUnpackedUrl } from '../../util/electron-unpacked-url.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import { checkFaults } from '../../run/start/start-options.js';
import type { FaultScript } from '../../model/faults.js';
import { checkDebug, resolveDebug } from '../../run/start/debug.js';
import { resolveSetupFiles } from './embedder-options.js';
import type { NetworkHandler } from '../../model/network.js';
import type { NetworkPolicy } from '../../protocol/network.js';
import type { Recovery } from '../../run/recovery.js';
import { type DebugOptions, type DebugSettings, ISOLATIONS, type Isolation } from '../../model/execution.js';

/** Where the engine's own words go; any logger with these four methods fits, `console` too. */
export interface EngineLogger {
    debug(message: string, data?: unknown): void;
    info(message: string, data?: unknown): void;
    warn(message: string, data?: unknown): void;
    error(message: string, data?: unknown): void;
}

/** One of several users of an engine. */
export interface UserOptions {
    /** 3 to 30 characters of a-z, 0-9, `_`, `.` and `-`; another one for each. */
    readonly username: string;
    /** Default: a random one. */
    readonly token?: string;
}

/** What {@link createEngine} can be told. */
export interface EngineOptions {
    /** Directory to keep everything in. Default: all is kept in memory and gone at the end. */
    readonly storageDir?: string;
    /**
     * How runs are kept apart from this process, unless the Actor or the run says otherwise: `'thread'` is a fresh thread for
     * each, `'pooled'` a warm one, `'process'` a process, `'inline'` this very thread. Functions are always inline.
     * Default: `'thread'`.
     */
    readonly isolation?: Isolation;
    /**
     * Debug each run: it opens an inspector in its thread or process, whose address its log, the logger and the event
     * `run.inspector-opened` tell, and waits for a debugger before the Actor's first line. Its timeout does not count. Runs
     * in this very thread are debugged with this process. Default: false.
     *
     * @example
     * const engine = await createEngine({ debug: { port: 9229 } });
     */
    readonly debug?: boolean | DebugOptions;
    /**
     * Write down which code of the Actors has run: V8's own JSON, as `NODE_V8_COVERAGE` gives it, into this folder, for each
     * run in a thread or process of its own, however it ends. `c8 report --temp-directory` and others read it. What runs in
     * this very thread counts for this process. Default: none.
     *
     * @example
     * const engine = await createEngine({ coverage: { dir: './coverage/tmp' } });
     */
    readonly coverage?: { readonly dir: string };
    /** How many runs may run at once; others wait as READY. Default: 64. */
    readonly maxConcurrentRuns?: number;
    /** How much memory runs may be given at once, in megabytes; others wait as READY. Default: no limit. */
    readonly maxTotalMemoryMbytes?: number;
    /** How many threads to keep ready for each kind of Actor; 0 is none. Default: 1. */
    readonly prewarm?: number;
    /** The engine's time. Default: the machine's. */
    readonly clock?: Clock;
    /** Name of the user who owns the Actors. Default: `'local'`. */
    readonly username?: string;
    /** Token of that user. Default: a random one. */
    readonly token?: string;
    /**
     * Several users, in place of `username` and `token`. The first one is the owner: whose the Actors are unless their name
     * says otherwise (`bob/scraper`), for whom `engine.client` speaks, and whose token is `engine.token`. What one of them has
     * the others cannot see, unless it is public or its `generalAccess` says so. The others come in by the API, with their tokens.
     *
     * @example
     * const engine = await createEngine({ users: [{ username: 'alice' }, { username: 'bob', token: 'bobs-token' }] });
     */
    readonly users?: readonly UserOptions[];
    /** Seconds a gracefully aborted run has to end by itself. Default: 30. */
    readonly abortGraceSecs?: number;
    /** Seconds a run has to end by itself after its timeout. Default: 30. */
    readonly timeoutGraceSecs?: number;
    /** Seconds a killed thread has to end until it is given up as stuck. Default: 5. */
    readonly terminateTimeoutSecs?: number;
    /**
     * What to do with runs that a host left behind in `storageDir` when it died: they are found ABORTED, or those that were
     * READY or RUNNING start anew on their storages, with their timeout anew, before the new engine is handed out. An Actor
     * that is a function of the host's cannot. Default: `'abort'`.
     */
    readonly recovery?: Recovery;
    /**
     * Days after which finished runs, and unnamed storages that nobody uses, are deleted; 1 or more. The ten latest runs
     * stay, and whatever has a name. Default: none, nothing is deleted: the platform frees its own disks, but what is on
     * yours is for you to delete.
     */
    readonly dataRetentionDays?: number;
    /** What an awaited write survives: the death of the process, or a loss of power too. Default: `'process'`. */
    readonly durability?: 'process' | 'fsync';
    /**
     * What Actors and webhooks may reach. By default everything but the API of the cloud, whose requests the engine answers itself;
     * `'allow'` lets those out too, except the SDK's own; `'loopback'` is this machine only, `'block'` nothing at all. A function
     * answers their requests in place of the network; see {@link NetworkHandler}, and `createNetwork` of `greenroom/testing`.
     */
    readonly network?: 'allow' | 'loopback' | 'block' | NetworkHandler;
    /**
     * Modules that each run imports before its Actor, in its thread or process, one after the other, as paths or `file:`
     * URLs; relative paths start at the current directory. For mocks, fake timers and the like, which do not reach from your
     * thread into that of a run. A run whose setup file throws is FAILED. Pooled runs get a fresh thread for them; inline runs
     * share your thread, and import nothing. Default: none.
     */
    readonly setupFiles?: readonly (string | URL)[];
    /**
     * What stands in for Apify Proxy. By default a proxy of the engine's own on loopback, which passes everything through
     * and is started with the first Actor that can use it. False is none; a URL is a real one, with its password.
     */
    readonly proxy?: boolean | string;
    /** Environment variables that every run gets. */
    readonly env?: Readonly<Record<string, string>>;
    /**
     * What is to go wrong with the API for all runs that have no faults of their own, made by `createFaults` of
     * `greenroom/testing`; calls are counted in each run. Default: nothing.
     */
    readonly faults?: FaultScript;
    /** Where warnings go, and the addresses of inspectors. Default: nowhere; see the events. */
    readonly logger?: EngineLogger;
    /**
     * Imports the modules of Actors that run inline, in place of Node: given by a test file, `import()` is the test runner's own, whose
     * coverage and mocks then reach into the Actor. It gets a `file:` URL, with a query where the module is wanted anew.
     * Default: Node's, or `tsx` for TypeScript that Node cannot read.
     *
     * @example
     * const engine = await createEngine({ isolation: 'inline', importModule: (url) => import(url) });
     */
    readonly importModule?: (url: string) => Promise<unknown>;
    /**
     * Location of the worker file, for apps whose bundler moves it. Default: beside this module; in an app for Electron, where
     * `asarUnpack` has put it.
     */
    readonly workerUrl?: string | URL;
}

/** {@link EngineOptions} with all defaults. */
export interface ResolvedEngineOptions
    extends
        Required<Pick<EngineOptions, keyof typeof DEFAULTS | 'env'>>,
        Pick<EngineOptions, 'storageDir' | 'dataRetentionDays' | 'faults' | 'logger' | 'importModule'> {
    readonly debug: DebugSettings | false;
    readonly coverageDir: string | undefined;
    /** The first is the owner. */
    readonly users: readonly [UserOptions, ...UserOptions[]];
    readonly network: NetworkPolicy;
    /** For the policy `handler`. */
    readonly networkHandler: NetworkHandler | undefined;
    /** As `file:` URLs. */
    readonly setupFiles: readonly string[];
    readonly workerUrl: string;
    /** Location of the file that the process of an Actor starts with, which is built beside the worker file. */
    readonly processUrl: string;
    /** File URL of the folder of the shim for `apify`, which is built beside the worker file. */
    readonly apifyShimUrl: string;
}

const DEFAULTS = {
    isolation: 'thread',
    maxConcurrentRuns: 64,
    maxTotalMemoryMbytes: Number.POSITIVE_INFINITY,
    prewarm: 1,
    clock: systemClock,
    abortGraceSecs: 30,
    timeoutGraceSecs: 30,
    terminateTimeoutSecs: 5,
    recovery: 'abort',
    durability: 'process',
    proxy: true,
} as const;

const DEFAULT_USERNAME = 'local';
const USERNAME = /^[a-z0-9_.-]{3,30}$/;
const USERNAME_RULE = '3 to 30 characters of a-z, 0-9, `_`, `.` and `-`';

/**
 * Checks the options and fills in the defaults; called once, at the public edge.
 *
 * @throws EngineError `unknown-option` or `invalid-value`.
 */
export function resolveEngineOptions(options: EngineOptions = {}): ResolvedEngineOptions {
    checkEach('options', options, CHECKS);
    checkTogether(options);
    const {
        workerUrl: givenUrl,
        debug = false,
        coverage,
        env,
        username,
        token,
        users,
        network = 'guarded',
        setupFiles,
        ...given
    } = options;
    const workerUrl = electronUnpackedUrl(String(givenUrl ?? new URL('./worker.js', import.meta.url)));
    return Object.freeze({
        ...DEFAULTS,
        ...withoutUndefined(given),
        // What is kept in it is named by absolute paths, whatever the directory of the process becomes.
        storageDir: given.storageDir === undefined ? undefined : resolve(given.storageDir),
        debug: resolveDebug(debug),
        coverageDir: coverage && resolve(coverage.dir),
        env: { ...env },
        network: typeof network === 'function' ? 'handler' : network,
        networkHandler: typeof network === 'function' ? network : undefined,
        setupFiles: resolveSetupFiles('options.setupFiles', setupFiles),
        users: resolveUsers(users ?? [{ username: username ?? DEFAULT_USERNAME, token }]),
        workerUrl,
        processUrl: String(new URL('./process.js', workerUrl)),
        apifyShimUrl: String(new URL('./apify-shim', workerUrl)),
    });
}

/** The check of each option; their names are all that there are. */
const CHECKS: Readonly<Record<keyof EngineOptions, Check>> = {
    storageDir: checkText,
    isolation: oneOf(ISOLATIONS),
    debug: checkDebug,
    coverage: checkCoverage,
    maxConcurrentRuns: (path, value) => checkWhole(path, value, 1),
    maxTotalMemoryMbytes: (path, value) => checkWhole(path, value, 128),
    prewarm: (path, value) => checkWhole(path, value, 0, 64),
    clock: checkedLater,
    username: checkUsername,
    token: checkText,
    users: checkUsers,
    abortGraceSecs: checkSeconds,
    timeoutGraceSecs: checkSeconds,
    terminateTimeoutSecs: checkSeconds,
    recovery: oneOf(['abort', 'resurrect']),
    dataRetentionDays: (path, value) => checkNumber(path, value, 1),
    durability: oneOf(['process', 'fsync']),
    network(path, value) {
        if (typeof value !== 'function') checkWord(path, value, ['allow', 'loopback', 'block']);
    },
    setupFiles: checkedLater,
    proxy: checkProxy,
    env: checkEngineEnv,
    faults: checkFaults,
    logger: checkedLater,
    importModule(path, value) {
        if (value === undefined || typeof value === 'function') return;
        throw invalid(path, value, 'a function, as `(url) => import(url)`');
    },
    workerUrl: checkedLater,
};

/** Refuses options that exclude each other. */
function checkTogether({ setupFiles, isolation, users, username, token }: EngineOptions): void {
    if (setupFiles !== undefined && isolation === 'inline') {
        const message =
            '`options.setupFiles` goes not together with the isolation `inline`, whose runs have your own thread: import them yourself.';
        throw new EngineError('invalid-value', message);
    }
    const single = username === undefined ? (token === undefined ? undefined : 'token') : 'username';
    if (users === undefined || single === undefined) return;
    const message = `\`options.${single}\` goes not together with \`options.users\`. Leave it out: the first of the users is the owner.`;
    throw new EngineError('invalid-value', message);
}

function checkSeconds(path: string, value: unknown): void {
    checkNumber(path, value, 0);
}

function checkEngineEnv(path: string, env: unknown): void {
    for (const [name, value] of Object.entries(env ?? {})) {
        if (typeof value !== 'string') throw invalid(`${path}.${name}`, value, 'a text', 'Use `String(value)`.');
    }
}

function checkCoverage(path: string, coverage: unknown): void {
    if (coverage === undefined) return;
    const { dir } = Object(coverage) as Record<string, unknown>;
    if (typeof dir !== 'string' || dir === '') {
        throw invalid(path, coverage, "an object with the path of a folder, as { dir: './coverage/tmp' }");
    }
    checkOptions(path, coverage, ['dir']);
}

function checkProxy(path: string, proxy: unknown): void {
    if (proxy === undefined || typeof proxy === 'boolean') return;
    const url = typeof proxy === 'string' && URL.canParse(proxy) ? new URL(proxy) : undefined;
    if (url && ['http:', 'https:'].includes(url.protocol) && url.password !== '') return;
    throw invalid(path, proxy, 'true, false, or a URL with a password: `http://auto:password@proxy.example:8000`');
}

function checkUsers(path: string, users: unknown): void {
    if (users === undefined) return;
    const rule = 'an array of at least one user, as [{ username, token }]';
    if (!Array.isArray(users) || users.length === 0) throw invalid(path, users, rule);
    for (const [index, user] of users.entries()) checkUser(`${path}[${index}]`, user as UserOptions);
    for (const field of ['username', 'token'] as const) {
        const values = (users as UserOptions[]).map((user) => user[field]).filter((value) => value !== undefined);
        if (new Set(values).size === values.length) continue;
        throw new EngineError(
            'invalid-value',
            `Two of \`options.users\` have the same ${field}. Give each one of their own.`,
        );
    }
}

function checkUser(path: string, user: UserOptions): void {
    if (typeof user !== 'object' || user === null) throw invalid(path, user, 'an object, as { username, token }');
    checkEach(path, user, { username: checkUsername, token: checkText });
    if (user.username === undefined) throw invalid(`${path}.username`, undefined, USERNAME_RULE);
}

function checkUsername(path: string, username: unknown): void {
    if (username === undefined || (typeof username === 'string' && USERNAME.test(username))) return;
    throw invalid(path, username, USERNAME_RULE);
}

function resolveUsers([first, ...others]: readonly UserOptions[]): ResolvedEngineOptions['users'] {
    return [first!, ...others].map((user) => ({ ...user })) as [UserOptions, ...UserOptions[]];
}

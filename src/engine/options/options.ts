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

/** A logger for warnings and messages of the engine. `console` and any logger with these four methods fit. */
export interface EngineLogger {
    /** Logs details for debugging. */
    debug(message: string, data?: unknown): void;
    /** Logs a message. */
    info(message: string, data?: unknown): void;
    /** Logs a warning. */
    warn(message: string, data?: unknown): void;
    /** Logs an error. */
    error(message: string, data?: unknown): void;
}

/** One of several users of an engine. */
export interface UserOptions {
    /** Unique name: 3 to 30 characters of a-z, 0-9, `_`, `.` and `-`. */
    readonly username: string;
    /** API token. Default: the stored token of the user, else a random one. */
    readonly token?: string;
}

/** Options of {@link createEngine}. */
export interface EngineOptions {
    /** Directory for the state of the engine; created if it is missing. Default: none, the state is in memory and gone after closing. */
    readonly storageDir?: string;
    /**
     * Where runs execute, unless the Actor or the run sets it: `'thread'` is a new thread for each run, `'pooled'` a reused
     * thread, `'process'` a new process, `'inline'` this thread. Function Actors are always inline. Default: `'thread'`.
     */
    readonly isolation?: Isolation;
    /**
     * If set, runs are debugged: each opens an inspector in its thread or process and waits for a debugger before the first
     * line of the Actor. The run's log, the logger and the event `run.inspector-opened` show the address. The timeout of the run
     * is suspended. Inline runs are debugged together with this process. Default: false.
     *
     * @example
     * const engine = await createEngine({ debug: { port: 9229 } });
     */
    readonly debug?: boolean | DebugOptions;
    /**
     * Folder for code coverage of the Actors, in V8's JSON format, as `NODE_V8_COVERAGE` writes it. `c8 report
     * --temp-directory` reads it. Each run in a thread or process writes a file, however it ends. The coverage of inline runs
     * is part of this process's own. Default: none.
     *
     * @example
     * const engine = await createEngine({ coverage: { dir: './coverage/tmp' } });
     */
    readonly coverage?: { readonly dir: string };
    /** Maximum number of runs at the same time; further runs wait as READY. Default: 64. */
    readonly maxConcurrentRuns?: number;
    /** Total memory of the runs at the same time, in megabytes, 128 or more; further runs wait as READY. Default: no limit. */
    readonly maxTotalMemoryMbytes?: number;
    /** Number of threads to keep ready for each Actor, 0 to 64. Default: 1. */
    readonly prewarm?: number;
    /** Clock for timestamps, timeouts and schedules. Default: the system clock. */
    readonly clock?: Clock;
    /** Name of the owner: 3 to 30 characters of a-z, 0-9, `_`, `.` and `-`. Default: `'local'`. */
    readonly username?: string;
    /** API token of the owner. Default: the stored token of the user, else a random one. */
    readonly token?: string;
    /**
     * Users of the engine, in place of `username` and `token`. The first one is the owner: the owner of Actors whose name has
     * no other (`bob/scraper`), the user of `engine.client`, and the user with the token `engine.token`. The others use the API
     * with their own tokens. Users cannot see what belongs to others, unless it is public or its `generalAccess` allows it.
     *
     * @example
     * const engine = await createEngine({ users: [{ username: 'alice' }, { username: 'bob', token: 'bobs-token' }] });
     */
    readonly users?: readonly UserOptions[];
    /** Seconds that a gracefully aborted run has to exit before it is killed. Default: 30. */
    readonly abortGraceSecs?: number;
    /** Seconds that a run has to exit after its timeout before it is killed. Default: 30. */
    readonly timeoutGraceSecs?: number;
    /** Seconds that a terminated thread has to end before it is abandoned as stuck (event `run.stuck`). Default: 5. */
    readonly terminateTimeoutSecs?: number;
    /**
     * Handling of runs in `storageDir` that were live when their process died: `'abort'` marks them as ABORTED;
     * `'resurrect'` restarts those that were READY or RUNNING on their storages, with a fresh timeout, before
     * {@link createEngine} returns. Runs of function Actors are always aborted. Default: `'abort'`.
     */
    readonly recovery?: Recovery;
    /**
     * Days after which finished runs and unused unnamed storages are deleted, 1 or more. The ten latest runs and all named
     * storages are kept. Default: none, nothing is deleted. This differs from the platform, which deletes them.
     */
    readonly dataRetentionDays?: number;
    /**
     * Failures that an awaited write survives: `'process'`, a crash or SIGKILL of the process; `'fsync'`, a power loss too, at
     * the cost of slower writes. Default: `'process'`.
     */
    readonly durability?: 'process' | 'fsync';
    /**
     * Network access of Actors and webhooks. By default everything except the API of the Apify cloud, for which the engine answers.
     * `'allow'` permits requests to that too, except those of the SDK; `'loopback'` permits only this machine, `'block'` nothing.
     * A function answers the requests in place of the network; see {@link NetworkHandler} and `createNetwork` of
     * `greenroom/testing`.
     */
    readonly network?: 'allow' | 'loopback' | 'block' | NetworkHandler;
    /**
     * Modules that each run imports before its Actor, in order, in its thread or process: paths or `file:` URLs; relative paths
     * start at the current directory. Use them for mocks and fake timers, since those of your own thread do not affect runs in
     * other threads. A run whose setup file throws is FAILED. Pooled runs use a new thread then. Inline runs ignore them.
     * Default: none.
     */
    readonly setupFiles?: readonly (string | URL)[];
    /**
     * Replacement for Apify Proxy. If true, a pass-through proxy on loopback, which starts with the first Actor that can use a
     * proxy. If false, none. A URL with a password is a real proxy. Default: true.
     */
    readonly proxy?: boolean | string;
    /** Environment variables of all runs. Default: none. */
    readonly env?: Readonly<Record<string, string>>;
    /**
     * API failures to inject into runs that have no faults of their own, created by `createFaults` of `greenroom/testing`. Calls
     * are counted separately for each run. Default: none.
     */
    readonly faults?: FaultScript;
    /** Receives warnings and the addresses of inspectors. Default: none; see the events of {@link Engine.on}. */
    readonly logger?: EngineLogger;
    /**
     * Imports the modules of inline Actors. With the `import()` of a test file, the coverage and mocks of the test runner apply to
     * the Actor. It gets a `file:` URL, with a query string if the module must be loaded again.
     * Default: Node's `import()`, or `tsx` for TypeScript that Node cannot run.
     *
     * @example
     * const engine = await createEngine({ isolation: 'inline', importModule: (url) => import(url) });
     */
    readonly importModule?: (url: string) => Promise<unknown>;
    /**
     * URL of the worker file, for apps whose bundler moves it. Default: next to this module; in an Electron app, the file that
     * `asarUnpack` unpacked.
     */
    readonly workerUrl?: string | URL;
}

/** {@link EngineOptions} with the defaults filled in. */
export interface ResolvedEngineOptions
    extends
        Required<Pick<EngineOptions, keyof typeof DEFAULTS | 'env'>>,
        Pick<EngineOptions, 'storageDir' | 'dataRetentionDays' | 'faults' | 'logger' | 'importModule'> {
    readonly debug: DebugSettings | false;
    readonly coverageDir: string | undefined;
    /** The first one is the owner. */
    readonly users: readonly [UserOptions, ...UserOptions[]];
    readonly network: NetworkPolicy;
    /** The handler of the policy `handler`. */
    readonly networkHandler: NetworkHandler | undefined;
    /** As `file:` URLs. */
    readonly setupFiles: readonly string[];
    readonly workerUrl: string;
    /** URL of the entry file of Actor processes, which is built next to the worker file. */
    readonly processUrl: string;
    /** File URL of the folder of the shim for `apify`, which is built next to the worker file. */
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
 * Checks the options and fills in the defaults. Called once for each engine.
 *
 * @throws EngineError `unknown-option` or `invalid-value`.
 */
export function resolveEngineOptions(options: EngineOptions = {}): ResolvedEngineOptions {
    checkEach('options', options, CHECKS);
    checkCombinations(options);
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
        ...rest
    } = options;
    const workerUrl = electronUnpackedUrl(String(givenUrl ?? new URL('./worker.js', import.meta.url)));
    return Object.freeze({
        ...DEFAULTS,
        ...withoutUndefined(rest),
        // Absolute, because the current directory of the process may change.
        storageDir: rest.storageDir === undefined ? undefined : resolve(rest.storageDir),
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

/** The check of each option. Its keys are the names of all options. */
const CHECKS: Readonly<Record<keyof EngineOptions, Check>> = {
    storageDir: checkText,
    isolation: oneOf(ISOLATIONS),
    debug: checkDebug,
    coverage: checkCoverage,
    maxConcurrentRuns: (path, value) => checkWhole(path, value, 1),
    maxTotalMemoryMbytes: (path, value) => checkWhole(path, value, 128),
    prewarm: (path, value) => checkWhole(path, value, 0, 64),
    clock: hasMethods(['now', 'after'], 'a clock, such as a `ManualClock` of `greenroom/testing`'),
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
    logger: hasMethods(['debug', 'info', 'warn', 'error'], 'a logger with the methods debug, info, warn and error'),
    importModule(path, value) {
        if (value === undefined || typeof value === 'function') return;
        throw invalid(path, value, 'a function, such as `(url) => import(url)`');
    },
    workerUrl(path, value) {
        if (value !== undefined && !URL.canParse(String(value))) throw invalid(path, value, 'a URL');
    },
};

/** Throws for options that exclude each other. */
function checkCombinations({ setupFiles, isolation, users, username, token }: EngineOptions): void {
    if (setupFiles !== undefined && isolation === 'inline') {
        const message =
            '`options.setupFiles` cannot be combined with the isolation `inline`, whose runs use your own thread. Import the modules yourself.';
        throw new EngineError('invalid-value', message);
    }
    const single = username === undefined ? (token === undefined ? undefined : 'token') : 'username';
    if (users === undefined || single === undefined) return;
    const message = `\`options.${single}\` cannot be combined with \`options.users\`. Leave it out: the first user is the owner.`;
    throw new EngineError('invalid-value', message);
}

function hasMethods(names: readonly string[], expected: string): Check {
    return (path, value) => {
        if (value === undefined) return;
        const methods = Object(value) as Record<string, unknown>;
        if (names.some((name) => typeof methods[name] !== 'function')) throw invalid(path, value, expected);
    };
}

function checkSeconds(path: string, value: unknown): void {
    checkNumber(path, value, 0);
}

function checkEngineEnv(path: string, env: unknown): void {
    for (const [name, value] of Object.entries(env ?? {})) {
        if (typeof value !== 'string') throw invalid(`${path}.${name}`, value, 'a string', 'Use `String(value)`.');
    }
}

function checkCoverage(path: string, coverage: unknown): void {
    if (coverage === undefined) return;
    if (typeof coverage !== 'object' || coverage === null) {
        throw invalid(path, coverage, "an object with the path of a folder, such as { dir: './coverage/tmp' }");
    }
    checkOptions(path, coverage, ['dir']);
    const { dir } = coverage as { dir?: unknown };
    if (typeof dir !== 'string' || dir === '') throw invalid(`${path}.dir`, dir, 'the path of a folder');
}

function checkProxy(path: string, proxy: unknown): void {
    if (proxy === undefined || typeof proxy === 'boolean') return;
    const url = typeof proxy === 'string' && URL.canParse(proxy) ? new URL(proxy) : undefined;
    if (url && ['http:', 'https:'].includes(url.protocol) && url.password !== '') return;
    throw invalid(
        path,
        proxy,
        'true, false, or a URL with a password, such as `http://auto:password@proxy.example:8000`',
    );
}

function checkUsers(path: string, users: unknown): void {
    if (users === undefined) return;
    const rule = 'an array of at least one user, such as [{ username, token }]';
    if (!Array.isArray(users) || users.length === 0) throw invalid(path, users, rule);
    for (const [index, user] of users.entries()) checkUser(`${path}[${index}]`, user as UserOptions);
    for (const field of ['username', 'token'] as const) {
        const values = (users as UserOptions[]).map((user) => user[field]).filter((value) => value !== undefined);
        if (new Set(values).size === values.length) continue;
        throw new EngineError(
            'invalid-value',
            `Two of \`options.users\` have the same ${field}. Give each user a unique ${field}.`,
        );
    }
}

function checkUser(path: string, user: UserOptions): void {
    if (typeof user !== 'object' || user === null) throw invalid(path, user, 'an object, such as { username, token }');
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

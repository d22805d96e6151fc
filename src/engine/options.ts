import { resolve } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { checkNumber, checkOptions, checkText, checkWhole, checkWord, invalid } from '../util/check.js';
import { systemClock, type Clock } from '../util/clock.js';
import { newSecret } from '../util/ids.js';
import { withoutUndefined } from '../util/without-undefined.js';
import type { NetworkPolicy } from '../protocol/network.js';
import type { Recovery } from '../lifecycle/recovery.js';
import { ISOLATIONS, type Isolation } from '../model/isolation.js';

/** Where the engine's own words go; any logger with these four methods fits, `console` too. */
export interface EngineLogger {
    debug(message: string, data?: unknown): void;
    info(message: string, data?: unknown): void;
    warn(message: string, data?: unknown): void;
    error(message: string, data?: unknown): void;
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
     * `'allow'` lets those out too, except the SDK's own; `'loopback'` is this machine only, `'block'` nothing at all.
     */
    readonly network?: 'allow' | 'loopback' | 'block';
    /**
     * What stands in for Apify Proxy. By default a proxy of the engine's own on loopback, which passes everything through
     * and is started with the first Actor that can use it. False is none; a URL is a real one, with its password.
     */
    readonly proxy?: boolean | string;
    /** Environment variables that every run gets. */
    readonly env?: Readonly<Record<string, string>>;
    /** Where warnings go. Default: nowhere; see the event `warning`. */
    readonly logger?: EngineLogger;
    /** Location of the worker file, for apps whose bundler moves it. Default: beside this module. */
    readonly workerUrl?: string | URL;
}

/** {@link EngineOptions} with all defaults. */
export interface ResolvedEngineOptions {
    readonly storageDir: string | undefined;
    readonly isolation: Isolation;
    readonly maxConcurrentRuns: number;
    readonly maxTotalMemoryMbytes: number;
    readonly prewarm: number;
    readonly clock: Clock;
    readonly username: string;
    readonly token: string | undefined;
    readonly abortGraceSecs: number;
    readonly timeoutGraceSecs: number;
    readonly terminateTimeoutSecs: number;
    readonly recovery: Recovery;
    readonly dataRetentionDays: number | undefined;
    readonly durability: 'process' | 'fsync';
    readonly network: NetworkPolicy;
    readonly proxy: boolean | string;
    readonly env: Readonly<Record<string, string>>;
    readonly logger: EngineLogger | undefined;
    readonly workerUrl: string;
    /** Location of the module that runs Actors inline, which is built beside the worker file. */
    readonly inlineUrl: string;
    /** Location of the file that the process of an Actor starts with, which is built beside the worker file. */
    readonly processUrl: string;
    /** Location of the stand-ins for `apify`, which are built beside the worker file. */
    readonly standInsUrl: string;
}

const KNOWN: readonly (keyof EngineOptions)[] = [
    'storageDir',
    'isolation',
    'maxConcurrentRuns',
    'maxTotalMemoryMbytes',
    'prewarm',
    'clock',
    'username',
    'token',
    'abortGraceSecs',
    'timeoutGraceSecs',
    'terminateTimeoutSecs',
    'recovery',
    'dataRetentionDays',
    'durability',
    'network',
    'proxy',
    'env',
    'logger',
    'workerUrl',
];

const DEFAULTS = {
    storageDir: undefined,
    isolation: 'thread',
    maxConcurrentRuns: 64,
    maxTotalMemoryMbytes: Number.POSITIVE_INFINITY,
    prewarm: 1,
    clock: systemClock,
    username: 'local',
    token: undefined,
    abortGraceSecs: 30,
    timeoutGraceSecs: 30,
    terminateTimeoutSecs: 5,
    recovery: 'abort',
    dataRetentionDays: undefined,
    durability: 'process',
    network: 'guarded',
    proxy: true,
    logger: undefined,
} as const;

/** Options of the design that later versions bring. */
const LATER = ['users'];
const USERNAME = /^[a-z0-9_.-]{3,30}$/;

/**
 * Checks the options and fills in the defaults; called once, at the public edge.
 *
 * @throws EngineError `unknown-option`, `invalid-value` or `not-yet-available`.
 */
export function resolveEngineOptions(options: EngineOptions = {}): ResolvedEngineOptions {
    for (const name of LATER) if (options !== null && name in options) throw notYet(`The option \`${name}\``);
    checkOptions('options', options, KNOWN);
    check(options);
    const { workerUrl: givenUrl, env, ...given } = options;
    const workerUrl = String(givenUrl ?? new URL('./worker.js', import.meta.url));
    return Object.freeze({
        ...DEFAULTS,
        ...withoutUndefined(given),
        // What is kept in it is named by absolute paths, whatever the directory of the process becomes.
        storageDir: given.storageDir === undefined ? undefined : resolve(given.storageDir),
        env: { ...env },
        workerUrl,
        inlineUrl: String(new URL('./inline.js', workerUrl)),
        processUrl: String(new URL('./process.js', workerUrl)),
        standInsUrl: String(new URL('./stand-ins', workerUrl)),
    });
}

function check(options: EngineOptions): void {
    checkText('options.storageDir', options.storageDir);
    checkWord('options.isolation', options.isolation, ISOLATIONS);
    checkWord('options.recovery', options.recovery, ['abort', 'resurrect']);
    checkWord('options.durability', options.durability, ['process', 'fsync']);
    checkNetwork(options.network);
    checkProxy(options.proxy);
    checkWhole('options.maxConcurrentRuns', options.maxConcurrentRuns, 1);
    checkWhole('options.maxTotalMemoryMbytes', options.maxTotalMemoryMbytes, 128);
    checkWhole('options.prewarm', options.prewarm, 0, 64);
    checkNumber('options.abortGraceSecs', options.abortGraceSecs, 0);
    checkNumber('options.timeoutGraceSecs', options.timeoutGraceSecs, 0);
    checkNumber('options.terminateTimeoutSecs', options.terminateTimeoutSecs, 0);
    checkNumber('options.dataRetentionDays', options.dataRetentionDays, 1);
    checkText('options.token', options.token);
    if (options.username !== undefined && !USERNAME.test(options.username)) {
        throw invalid('options.username', options.username, '3 to 30 characters of a-z, 0-9, `_`, `.` and `-`');
    }
    for (const [name, value] of Object.entries(options.env ?? {})) {
        if (typeof value !== 'string') throw invalid(`options.env.${name}`, value, 'a text', 'Use `String(value)`.');
    }
}

function checkNetwork(network: unknown): void {
    if (typeof network === 'function') throw notYet('A function as the option `network`');
    checkWord('options.network', network, ['allow', 'loopback', 'block']);
}

function checkProxy(proxy: unknown): void {
    if (proxy === undefined || typeof proxy === 'boolean') return;
    const url = typeof proxy === 'string' && URL.canParse(proxy) ? new URL(proxy) : undefined;
    if (url && ['http:', 'https:'].includes(url.protocol) && url.password !== '') return;
    throw invalid(
        'options.proxy',
        proxy,
        'true, false, or a URL with a password: `http://auto:password@proxy.example:8000`',
    );
}

/** A token for an engine whose user gave none. */
export function randomToken(): string {
    return newSecret();
}

function notYet(what: string): EngineError {
    return new EngineError('not-yet-available', `${what} comes with a later version of greenroom. Leave it out.`);
}

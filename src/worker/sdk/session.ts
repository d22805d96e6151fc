import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers';
import { checkNumber, checkOptions, checkWhole, invalid } from '../../util/check.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import { log, LogLevel } from './logging/log.js';
import type { ExitOptions, ActorEventManager } from './events.js';
import type { RunServices } from './run-services.js';

/** Exit codes that the SDK sets. Source: `EXIT_CODES` of the platform's SDK. */
export const EXIT_CODES = { SUCCESS: 0, ERROR_USER_FUNCTION_THREW: 91, ERROR_UNKNOWN: 92 } as const;

/** Options of `Actor.init()`. */
export interface InitOptions {
    /**
     * If true, `aborting` ends the run and `migrating` reboots it automatically, after their listeners. Default: true.
     */
    gracefulShutdown?: boolean;
    /** Milliseconds between the end of those listeners and the end of the run. Default: 0. */
    gracefulShutdownDelayMillis?: number;
    /** Accepted for compatibility with the platform's SDK and ignored: the storages are always those of the run. */
    storage?: unknown;
}

/** The parts of a run that its session uses. */
interface SessionContext extends RunServices {
    readonly events: ActorEventManager;
}

/** Options of `Actor.main()`. */
export type MainOptions = InitOptions & ExitOptions;

const INIT_OPTIONS = ['gracefulShutdown', 'gracefulShutdownDelayMillis', 'storage'];
const EXIT_OPTIONS = ['statusMessage', 'exitCode', 'timeoutSecs', 'exit'];
const DEFAULT_PERSIST_MILLIS = 60_000;

/** Lifecycle of the SDK in one run, from `Actor.init()` to `Actor.exit()`. */
export class Session {
    #initialized = false;
    #exiting = false;
    #warned = false;
    #isRebooting = false;
    #main: Promise<unknown> | undefined;
    #persistence: NodeJS.Timeout | undefined;

    /** True once the Actor has called `init` or `main`. */
    get isInitialized(): boolean {
        return this.#initialized;
    }

    /** True while the Actor is exiting. */
    get isExiting(): boolean {
        return this.#exiting;
    }

    /** Warns, once, that a method was called before `init`. */
    warnIfUninitialized(method: string): void {
        if (this.#initialized || this.#warned) return;
        this.#warned = true;
        log.warning(`Actor.${method}() was called before Actor.init(). Call Actor.init() first, or use Actor.main().`);
    }

    /** Implements `Actor.init()`. */
    init(context: SessionContext, options: InitOptions = {}): void {
        checkOptions('Actor.init()', options, [...INIT_OPTIONS, ...EXIT_OPTIONS]);
        checkWhole('gracefulShutdownDelayMillis', options.gracefulShutdownDelayMillis, 0);
        if (this.#initialized) return;
        this.#initialized = true;
        const millis = Number(context.env.APIFY_PERSIST_STATE_INTERVAL_MILLIS) || DEFAULT_PERSIST_MILLIS;
        const persist = (): void => void context.events.emit('persistState', { isMigrating: false });
        this.#persistence = setInterval(persist, millis).unref();
        context.events.onInternal('migrating', () => this.#prepareMigration(context));
        if (options.gracefulShutdown === false) return;
        const delayMillis = options.gracefulShutdownDelayMillis ?? 0;
        context.events.onInternal('migrating', () => {
            setImmediate(() => void this.#rebootAfterListeners(context, delayMillis));
        });
        context.events.onInternal('aborting', () => {
            // After the Actor's own listeners, all of which have been called by then.
            setImmediate(() => void this.#endGracefully(context, delayMillis));
        });
    }

    /** Implements `Actor.main()`. */
    async main<Output>(
        context: SessionContext,
        run: () => Output | Promise<Output>,
        options: MainOptions = {},
    ): Promise<Output | undefined> {
        this.init(context, options);
        try {
            const work = (async () => run())();
            this.#main = work;
            const output = await work;
            await this.exit(context, pickDefined(options, EXIT_OPTIONS));
            return output;
        } catch (error) {
            log.exception(error, error instanceof Error ? error.message : String(error));
            context.reportFailure(error);
            await this.exit(context, { exitCode: EXIT_CODES.ERROR_USER_FUNCTION_THREW });
            return undefined;
        }
    }

    /**
     * Implements `Actor.exit()`: calls the listeners and waits for them, sets the final status message, and ends the
     * run.
     */
    async exit(
        context: SessionContext,
        messageOrOptions: string | ExitOptions = {},
        second: ExitOptions = {},
    ): Promise<void> {
        const first = typeof messageOrOptions === 'string' ? { statusMessage: messageOrOptions } : messageOrOptions;
        const options = {
            exitCode: 0,
            timeoutSecs: 30,
            exit: true,
            ...withoutUndefined(first),
            ...withoutUndefined(second),
        };
        checkOptions('Actor.exit()', options, EXIT_OPTIONS);
        checkWhole('exitCode', options.exitCode, 0, 255);
        checkNumber('timeoutSecs', options.timeoutSecs, 0);
        const { statusMessage } = options;
        if (statusMessage !== undefined && typeof statusMessage !== 'string')
            throw invalid('statusMessage', statusMessage, 'a string');
        if (this.#exiting) return;
        this.#exiting = true;
        this.warnIfUninitialized('exit');
        clearInterval(this.#persistence);
        await waitAtMost(options.timeoutSecs, runExitListeners(context, options));
        if (options.exit) await context.exit(options.exitCode);
        this.#exiting = false;
    }

    /** Implements `Actor.reboot()`: lets the listeners save their state, then requests a restart. */
    async reboot(context: SessionContext, options: ReplacementOptions = {}): Promise<void> {
        if (this.#isRebooting) return;
        this.#isRebooting = true;
        const { events, client, env } = context;
        await Promise.all([events.emit('persistState', { isMigrating: true }), events.emit('migrating', undefined)]);
        await client.run(env.ACTOR_RUN_ID ?? '').reboot();
        await waitForRestart(env, options);
    }

    /** Reboots after `migrating`, once the Actor's own listeners have finished. */
    async #rebootAfterListeners(context: SessionContext, delayMillis: number): Promise<void> {
        if (this.#isRebooting) return;
        this.#isRebooting = true;
        await context.events.settled();
        if (delayMillis > 0) await new Promise((resolve) => setTimeout(resolve, delayMillis));
        await context.client.run(context.env.ACTOR_RUN_ID ?? '').reboot();
    }

    /**
     * Ends the run after `aborting`, once the Actor's own listeners have finished. If it has any, also waits for the
     * function of `Actor.main()`, which they may have told to stop.
     */
    async #endGracefully(context: SessionContext, delayMillis: number): Promise<void> {
        const { events } = context;
        await events.settled();
        if (events.actorListeners('aborting').length > 0) await this.#main?.catch(() => {});
        if (delayMillis > 0) await new Promise((resolve) => setTimeout(resolve, delayMillis));
        await this.exit(context);
    }

    /** Stops the periodic event `persistState`. */
    stop(): void {
        clearInterval(this.#persistence);
    }

    #prepareMigration(context: SessionContext): void {
        clearInterval(this.#persistence);
        void context.events.emit('persistState', { isMigrating: true });
    }
}

async function runExitListeners(context: SessionContext, options: ExitOptions): Promise<void> {
    const { events } = context;
    // Only the listeners that are running now: one that calls `exit` must not be awaited by it.
    await Promise.all([events.settled(), events.emit('persistState', { isMigrating: false })]);
    await events.emit('exit', options);
    if (options.statusMessage === undefined) return;
    const level = options.exitCode === 0 ? 'INFO' : 'ERROR';
    await setStatusMessage(context, options.statusMessage, { isStatusMessageTerminal: true, level });
}

async function waitAtMost(secs: number, work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
            log.warning(`The Actor's listeners did not finish within ${secs} s; the run ends without them.`);
            resolve();
        }, secs * 1000);
    });
    await Promise.race([work, timeout]);
    clearTimeout(timer);
}

function pickDefined(options: ExitOptions, keys: readonly string[]): ExitOptions {
    return Object.fromEntries(
        Object.entries(options).filter(([key, value]) => keys.includes(key) && value !== undefined),
    );
}

/** Options for waiting until the engine replaces the Actor. */
export interface ReplacementOptions {
    /** Milliseconds to wait. Default: the variable `APIFY_METAMORPH_AFTER_SLEEP_MILLIS`, else 300,000. */
    customAfterSleepMillis?: number;
}

const DEFAULT_MILLIS = 300_000;

/** Waits while the engine ends this Actor, so that code after the call does not run twice. */
export async function waitForRestart(
    env: Readonly<Record<string, string | undefined>>,
    { customAfterSleepMillis }: ReplacementOptions,
): Promise<void> {
    const millis = customAfterSleepMillis ?? (Number(env.APIFY_METAMORPH_AFTER_SLEEP_MILLIS) || DEFAULT_MILLIS);
    await new Promise((resolve) => setTimeout(resolve, millis));
}

/** Options of `Actor.setStatusMessage()`. */
export interface StatusMessageOptions {
    /** If true, the message remains after the end of the run. Default: false. */
    isStatusMessageTerminal?: boolean;
    /** Level at which the message is logged. Default: `INFO`. */
    level?: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
}

/** Logs a status message and sets it on the run. If the host rejects it, logs a warning instead of failing. */
export async function setStatusMessage(
    context: SessionContext,
    message: string,
    options: StatusMessageOptions,
): Promise<void> {
    const { level = 'INFO' } = options;
    log.internal(LogLevel[level] ?? LogLevel.INFO, `[Status message]: ${message}`);
    try {
        await context.client.setStatusMessage(message, options);
    } catch (error) {
        log.warning(`The status message could not be set: ${error instanceof Error ? error.message : String(error)}`);
    }
}

import { invalid } from '../../util/check.js';
import { findContext } from './context.js';
import { describeException, truncateForLog } from './log-data.js';

const NAMES = ['OFF', 'ERROR', 'SOFT_FAIL', 'WARNING', 'INFO', 'DEBUG', 'PERF'] as const;
const SHORT_NAMES: Readonly<Record<string, string>> = { SOFT_FAIL: 'SFAIL', WARNING: 'WARN' };

type LevelName = (typeof NAMES)[number];

/** The levels of the log, by name and by number; each shows those below it too. */
export const LogLevel = Object.freeze({
    ...Object.fromEntries(
        NAMES.flatMap((name, level) => [
            [name, level],
            [level, name],
        ]),
    ),
}) as unknown as Readonly<Record<LevelName, number> & Record<number, LevelName>>;

/** What a logger can be set to. */
export interface LogOptions {
    /** A number of {@link LogLevel}. Default: that of `APIFY_LOG_LEVEL`, else INFO. */
    level?: number;
    /** Stands before each message. */
    prefix?: string | null;
    /** Stands after each message. */
    suffix?: string | null;
    /** Added to the data of each message. */
    data?: Record<string, unknown>;
}

/** Data of one message; anything that JSON can carry. */
export type LogData = Record<string, unknown> | null;

/** Writes lines as the platform's own logger does. Warnings and errors go to stderr, all else to stdout. */
export class Log {
    readonly LEVELS = LogLevel;
    readonly #once = new Set<string>();
    #options: LogOptions;

    constructor(options: LogOptions = {}) {
        this.#options = { ...options };
    }

    getLevel(): number {
        return this.#options.level ?? levelFromEnv();
    }

    /** @throws {@link EngineError} `invalid-value` if there is no such level. */
    setLevel(level: number): void {
        if (LogLevel[level] === undefined) throw invalid('level', level, 'one of `log.LEVELS`, 0 to 6');
        this.#options.level = level;
    }

    getOptions(): LogOptions {
        return { ...this.#options, level: this.getLevel() };
    }

    setOptions(options: LogOptions): void {
        this.#options = { ...this.#options, ...options };
    }

    /** A logger with the same settings, whose prefix and data come after this one's. */
    child(options: LogOptions = {}): Log {
        const prefixes = [this.#options.prefix, options.prefix].filter((prefix) => prefix);
        return new Log({
            ...this.#options,
            ...options,
            prefix: prefixes.length === 0 ? null : prefixes.join(':'),
            data: { ...this.#options.data, ...options.data },
        });
    }

    error(message: string, data?: LogData): void {
        this.internal(LogLevel.ERROR, message, data);
    }

    /** Logs an error with its stack and causes. */
    exception(exception: unknown, message: string, data?: LogData): void {
        this.internal(LogLevel.ERROR, message, data, exception);
    }

    softFail(message: string, data?: LogData): void {
        this.internal(LogLevel.SOFT_FAIL, message, data);
    }

    warning(message: string, data?: LogData): void {
        this.internal(LogLevel.WARNING, message, data);
    }

    info(message: string, data?: LogData): void {
        this.internal(LogLevel.INFO, message, data);
    }

    debug(message: string, data?: LogData): void {
        this.internal(LogLevel.DEBUG, message, data);
    }

    perf(message: string, data?: LogData): void {
        this.internal(LogLevel.PERF, message, data);
    }

    /** Logs a warning the first time only. */
    warningOnce(message: string): void {
        if (this.#once.has(message)) return;
        this.#once.add(message);
        this.warning(message);
    }

    deprecated(message: string): void {
        this.warningOnce(message);
    }

    /** What all the methods above come down to. */
    internal(level: number, message: string, data?: LogData, exception?: unknown): void {
        if (level > this.getLevel()) return;
        const all = this.#options.data === undefined ? data : { ...this.#options.data, ...data };
        const shown = all && Object.keys(all).length > 0 ? (truncateForLog(all) as Record<string, unknown>) : undefined;
        const line = isJson()
            ? this.#asJson(level, message, shown, exception)
            : this.#asText(level, message, shown, exception);
        const stream = level === LogLevel.ERROR || level === LogLevel.WARNING ? 'stderr' : 'stdout';
        const context = findContext();
        if (context === undefined) process[stream].write(`${line}\n`);
        else context.write(stream, `${line}\n`);
    }

    #asText(level: number, message: string, data: Record<string, unknown> | undefined, exception: unknown): string {
        const name = LogLevel[level] ?? String(level);
        const { prefix, suffix } = this.#options;
        return [
            (SHORT_NAMES[name] ?? name).padEnd(5),
            prefix ? ` ${prefix}:` : '',
            ` ${message}`,
            data === undefined ? '' : ` ${JSON.stringify(data)}`,
            suffix ? ` ${suffix}` : '',
            exception === undefined ? '' : describeException(exception),
        ].join('');
    }

    #asJson(level: number, message: string, data: Record<string, unknown> | undefined, exception: unknown): string {
        const { prefix, suffix } = this.#options;
        const msg = `${prefix ? `${prefix}: ` : ''}${message}${suffix ? ` ${suffix}` : ''}`;
        const extra = exception === undefined ? data : { ...data, exception: truncateForLog(exception) };
        return JSON.stringify({ time: new Date(), level: LogLevel[level], msg, ...extra });
    }
}

/** The logger of the run. */
export const log = new Log();

function isJson(): boolean {
    return env().APIFY_LOG_FORMAT?.toUpperCase() === 'JSON';
}

/** Read at each use: a spare thread loads this before it is given the environment of a run. */
function levelFromEnv(): number {
    const text = env().APIFY_LOG_LEVEL;
    if (!text) return LogLevel.INFO;
    const level = Number.isFinite(Number(text)) ? Number(text) : LogLevel[text.toUpperCase() as LevelName];
    return typeof level === 'number' && LogLevel[level] !== undefined ? level : LogLevel.INFO;
}

function env(): Readonly<Record<string, string | undefined>> {
    return findContext()?.env ?? process.env;
}

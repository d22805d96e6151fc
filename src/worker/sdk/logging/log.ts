import { invalid } from '../../../util/check.js';
import { findRunServices } from '../run-services.js';
import { truncateForLog } from './log-data.js';
import { LoggerJson, LoggerText, LogLevel, type Logger } from './logger.js';

export { LogLevel } from './logger.js';

/** Options of a logger. */
export interface LogOptions {
    /** A number of {@link LogLevel}. Default: the variable `APIFY_LOG_LEVEL`, else `INFO`. */
    level?: number;
    /** Text before each message. */
    prefix?: string | null;
    /** Text after each message. */
    suffix?: string | null;
    /** Data added to each message. */
    data?: Record<string, unknown>;
    /** Formats and writes the lines. Default: by the variable `APIFY_LOG_FORMAT`, text unless it is `JSON`. */
    logger?: Logger;
}

/** Data of a message, which must be representable as JSON. */
export type LogData = Record<string, unknown> | null;

/**
 * Writes log lines in the format of the platform's logger. Warnings and errors go to stderr, all other levels to
 * stdout. If the variable `APIFY_LOG_FORMAT` is `JSON`, each line is a JSON object. Source: the package `@apify/log`.
 */
export class Log {
    /** The log levels. */
    readonly LEVELS = LogLevel;
    readonly #loggedOnce = new Set<string>();
    #options: LogOptions;

    /** Creates a logger. Most code uses {@link log} or {@link Log.child}. */
    constructor(options: LogOptions = {}) {
        this.#options = { ...options };
    }

    /** Returns the current level. */
    getLevel(): number {
        return this.#options.level ?? levelFromEnv();
    }

    /**
     * Sets the level.
     *
     * @throws {@link EngineError} `invalid-value` for an unknown level.
     */
    setLevel(level: number): void {
        if (LogLevel[level] === undefined) throw invalid('level', level, 'one of `log.LEVELS`, 0 to 6');
        this.#options.level = level;
    }

    /** Returns the options, including the current level and logger. */
    getOptions(): LogOptions {
        return { ...this.#options, level: this.getLevel(), logger: this.#options.logger ?? loggerFromEnv() };
    }

    /** Changes the given options and keeps the others. */
    setOptions(options: LogOptions): void {
        this.#options = { ...this.#options, ...options };
    }

    /** Creates a logger with the same options. Its prefix and data are appended to those of this logger. */
    child(options: LogOptions): Log {
        const prefixes = [this.#options.prefix, options?.prefix].filter((prefix) => prefix);
        return new Log({
            ...this.#options,
            ...options,
            prefix: prefixes.length === 0 ? null : prefixes.join(':'),
            data: { ...this.#options.data, ...options?.data },
        });
    }

    /** Logs an error message. */
    error(message: string, data?: LogData): void {
        this.internal(LogLevel.ERROR, message, data);
    }

    /** Logs an error with its stack and causes. */
    exception(exception: unknown, message: string, data?: LogData): void {
        this.internal(LogLevel.ERROR, message, data, exception);
    }

    /** Logs a failure that will be retried. */
    softFail(message: string, data?: LogData): void {
        this.internal(LogLevel.SOFT_FAIL, message, data);
    }

    /** Logs a warning. */
    warning(message: string, data?: LogData): void {
        this.internal(LogLevel.WARNING, message, data);
    }

    /** Logs an informational message. */
    info(message: string, data?: LogData): void {
        this.internal(LogLevel.INFO, message, data);
    }

    /** Logs a debug message. */
    debug(message: string, data?: LogData): void {
        this.internal(LogLevel.DEBUG, message, data);
    }

    /** Logs a performance message. */
    perf(message: string, data?: LogData): void {
        this.internal(LogLevel.PERF, message, data);
    }

    /** Logs a warning, at most once for each text. */
    warningOnce(message: string): void {
        if (this.#loggedOnce.has(message)) return;
        this.#loggedOnce.add(message);
        this.warning(message);
    }

    /** Logs a deprecation warning, at most once for each text. */
    deprecated(message: string): void {
        this.warningOnce(message);
    }

    /** Writes a message of any level; all other methods use it. */
    internal(level: number, message: string, data?: LogData, exception?: unknown): void {
        if (level > this.getLevel()) return;
        const all = this.#options.data === undefined ? data : { ...this.#options.data, ...data };
        const shown = all && Object.keys(all).length > 0 ? (truncateForLog(all) as Record<string, unknown>) : undefined;
        const { prefix, suffix, logger = loggerFromEnv() } = this.#options;
        logger.log(level, message, shown, exception, { prefix, suffix });
    }
}

/** The default logger. Writes to the log of the current run. */
export const log = new Log();

const text = new LoggerText();
const json = new LoggerJson();

/** Read at each use, as the level is. */
function loggerFromEnv(): Logger {
    return env().APIFY_LOG_FORMAT?.toUpperCase() === 'JSON' ? json : text;
}

/** Read at each use: a spare thread loads this module before it has the environment of a run. */
function levelFromEnv(): number {
    const name = env().APIFY_LOG_LEVEL;
    if (!name) return LogLevel.INFO;
    const level = Number.isFinite(Number(name)) ? Number(name) : LogLevel[name.toUpperCase() as 'INFO'];
    return typeof level === 'number' && LogLevel[level] !== undefined ? level : LogLevel.INFO;
}

function env(): Readonly<Record<string, string | undefined>> {
    return findRunServices()?.env ?? process.env;
}

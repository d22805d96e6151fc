import { EventEmitter } from 'node:events';
import { findRunServices } from '../run-services.js';
import { describeException, truncateForLog } from './log-data.js';

const NAMES = ['OFF', 'ERROR', 'SOFT_FAIL', 'WARNING', 'INFO', 'DEBUG', 'PERF'] as const;
const SHORT_NAMES: Readonly<Record<string, string>> = { SOFT_FAIL: 'SFAIL', WARNING: 'WARN' };

type LevelName = (typeof NAMES)[number];

/** Log levels by name and by number. A level includes all lower ones. */
export const LogLevel = Object.freeze({
    ...Object.fromEntries(
        NAMES.flatMap((name, level) => [
            [name, level],
            [level, name],
        ]),
    ),
}) as unknown as Readonly<Record<LevelName, number> & Record<number, LevelName>>;

/** Text around a message. */
export interface LineAffixes {
    /** Text before the message. */
    prefix?: string | null | undefined;
    /** Text after the message. */
    suffix?: string | null | undefined;
}

/** Options of the loggers of the SDK. */
export interface LoggerOptions {
    /** If true, lines have no time. Default: true for {@link LoggerText}, false for {@link LoggerJson}. */
    skipTime?: boolean;
    /** If true, lines of the level `INFO` do not name it. Default: false. Only for {@link LoggerJson}. */
    skipLevelInfo?: boolean;
}

/**
 * Writes the lines of a {@link Log} and emits each as the event `line`. Subclasses define the format in `_log`. Source:
 * the class `Logger` of the package `@apify/log`.
 */
export class Logger extends EventEmitter {
    /** The options of the logger. */
    options: Record<string, unknown>;

    /** @param options - Read by the subclass. */
    constructor(options: object) {
        super();
        this.options = { ...options };
    }

    /** Changes the given options and keeps the others. */
    setOptions(options: object): void {
        this.options = { ...this.options, ...options };
    }

    /** Returns the options. */
    getOptions(): Record<string, unknown> {
        return this.options;
    }

    /** Writes one message: formats and outputs it, and emits the line. */
    log(level: number, message: string, ...args: unknown[]): void {
        const [data, exception, affixes] = args as [Record<string, unknown>?, unknown?, LineAffixes?];
        this.emit('line', this._log(level, message, data, exception, affixes));
    }

    /** Formats a message, outputs the line, and returns it. */
    // oxlint-disable-next-line max-params -- subclasses of Actors have these parameters
    _log(
        _level: number,
        _message: string,
        _data: Record<string, unknown> | null | undefined,
        _exception: unknown,
        _affixes: LineAffixes = {},
    ): string {
        throw new TypeError('A subclass of Logger must define `_log()`, which formats and outputs a message.');
    }

    /** Writes a line to the log of the run: warnings and errors to stderr, all other levels to stdout. */
    _outputWithConsole(level: number, line: string): void {
        const stream = level === LogLevel.ERROR || level === LogLevel.WARNING ? 'stderr' : 'stdout';
        const run = findRunServices();
        if (run === undefined) process[stream].write(`${line}\n`);
        else run.write(stream, `${line}\n`);
    }
}

/** Writes lines of text. */
export class LoggerText extends Logger {
    /** Creates a logger. */
    constructor(options: LoggerOptions = {}) {
        super({ skipTime: true, ...options });
    }

    /** Formats a message as text and writes it. */
    // oxlint-disable-next-line max-params -- subclasses of Actors have these parameters
    override _log(
        level: number,
        message: string,
        data: Record<string, unknown> | null | undefined,
        exception: unknown,
        { prefix, suffix }: LineAffixes = {},
    ): string {
        const name = LogLevel[level] ?? String(level);
        const line = [
            this.options['skipTime'] ? '' : `${new Date().toISOString().replace('T', ' ').replace('Z', '')} `,
            (SHORT_NAMES[name] ?? name).padEnd(5),
            prefix ? ` ${prefix}:` : '',
            ` ${message}`,
            data === undefined || data === null ? '' : ` ${JSON.stringify(data)}`,
            suffix ? ` ${suffix}` : '',
            exception === undefined ? '' : describeException(exception),
        ].join('');
        this._outputWithConsole(level, line);
        return line;
    }
}

/** Writes each line as a JSON object. */
export class LoggerJson extends Logger {
    /** Creates a logger. */
    constructor(options: LoggerOptions = {}) {
        super({ skipTime: false, skipLevelInfo: false, ...options });
    }

    /** Formats a message as JSON and writes it. */
    // oxlint-disable-next-line max-params -- subclasses of Actors have these parameters
    override _log(
        level: number,
        message: string,
        data: Record<string, unknown> | null | undefined,
        exception: unknown,
        { prefix, suffix }: LineAffixes = {},
    ): string {
        const { skipTime, skipLevelInfo } = this.options;
        const line = JSON.stringify({
            time: skipTime ? undefined : new Date(),
            level: skipLevelInfo && level === LogLevel.INFO ? undefined : LogLevel[level],
            msg: `${prefix ? `${prefix}: ` : ''}${message}${suffix ? ` ${suffix}` : ''}`,
            ...(exception === undefined ? data : { ...data, exception: truncateForLog(exception) }),
        });
        this._outputWithConsole(level, line);
        return line;
    }
}

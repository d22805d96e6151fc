import { Log, log } from './log.js';
import { Logger, LoggerJson, LoggerText, LogLevel } from './logger.js';

/** The exports of `@apify/log` for an Actor without that package. */
export const apifyLog = {
    __esModule: true,
    default: log,
    getFormatFromEnv: (): string => (new Log().getOptions().logger instanceof LoggerJson ? 'JSON' : 'TEXT'),
    getLevelFromEnv: (): number => new Log().getLevel(),
    LEVELS: LogLevel,
    Log,
    LogFormat: Object.freeze({ JSON: 'JSON', TEXT: 'TEXT' }),
    Logger,
    LoggerJson,
    LoggerText,
    LogLevel,
};

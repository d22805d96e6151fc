import type { ApifyPackage } from './packages.js';

/**
 * Gives the SDK's logger the level and the form that the run's variables name. It reads them when it is loaded, which a
 * spare thread does before it knows of any run.
 */
export function applyLogSettings(
    { log, LogLevel, LoggerJson }: Pick<ApifyPackage, 'log' | 'LogLevel' | 'LoggerJson'>,
    env: Readonly<Record<string, string | undefined>>,
): void {
    const { APIFY_LOG_LEVEL: level, APIFY_LOG_FORMAT: format } = env;
    const number = level === undefined ? undefined : (LogLevel[level.toUpperCase()] ?? Number(level));
    if (typeof number === 'number' && LogLevel[number] !== undefined) log.setLevel(number);
    if (format === 'JSON') log.setOptions({ logger: new LoggerJson() });
}

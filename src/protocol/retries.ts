import type { ErrorCode } from '../errors/catalogue.js';

/** How an Actor repeats calls that are refused; only runs that meet with scripted faults are told. */
export interface RetrySettings {
    /** How long it waits before it repeats a call for the first time; each further time twice as long. */
    minDelayBetweenRetriesMillis: number;
}

/** As often the platform's client repeats a call. Source: `maxRetries` of `apify-client`. */
export const MAX_RETRIES = 8;

/** Source: `minDelayBetweenRetriesMillis` of `apify-client`. */
export const MIN_RETRY_DELAY_MILLIS = 500;

/** The refusals that are worth another try: those that tests script. */
export const REPEATED_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
    'rate-limit-exceeded',
    'internal-server-error',
    'bad-gateway',
    'service-unavailable',
    'gateway-timeout',
]);

import { currentContext } from './context.js';
import { readEnv } from './env.js';
import { log } from './logging/log.js';
import type { StartOptions } from '../../model/api/run.js';
import type { WebhookFields } from '../../model/api/webhook.js';

/** Options for starting another Actor, in addition to those of `apify-client`. */
export interface ActorStartExtras {
    /** Accepted for compatibility with the platform's SDK and ignored: the run's own user starts the Actor. */
    token?: string;
    /** Timeout in seconds, or `inherit` for the remaining time of this run. Default: that of the started build. */
    timeout?: number | 'inherit';
}

/** Options of {@link Actor.addWebhook}: all fields of a webhook except those that tie it to the run. */
export type RunWebhookOptions = Omit<WebhookFields, 'condition' | 'isAdHoc' | 'isEnabled'>;

/** The names of {@link RunWebhookOptions}. */
export const RUN_WEBHOOK_OPTIONS: readonly (keyof RunWebhookOptions)[] = [
    'eventTypes',
    'requestUrl',
    'payloadTemplate',
    'headersTemplate',
    'description',
    'idempotencyKey',
    'ignoreSslErrors',
    'doNotRetry',
    'shouldInterpolateStrings',
    'isApifyIntegration',
];

/** Returns the options of a start for the client. */
export function toStartOptions<Options extends ActorStartExtras>({
    token: _,
    timeout,
    ...options
}: Options): StartOptions {
    const secs = timeout === 'inherit' ? remainingSecs() : timeout;
    return secs === undefined ? options : { ...options, timeout: secs };
}

function remainingSecs(): number | undefined {
    const { timeoutAt } = readEnv(currentContext().env);
    if (timeoutAt !== null) return Math.max(1, Math.floor((timeoutAt.getTime() - Date.now()) / 1000));
    log.warning("`timeout: 'inherit'` has no effect: this run has no timeout.");
    return undefined;
}

import { invalid } from '../util/check.js';
import type { ResurrectOptions, StartOptions } from '../model/run.js';
import type { WebhookFields } from '../model/webhook.js';
import type { Query } from './query.js';

/** What a request may wait for; clients ask for hours, and repeat until they have them. */
const MAX_WAIT_SECS = 60;

/** How long to wait for the end of a run, in seconds. */
export function waitQuery(query: Query): number | undefined {
    const secs = query.number('waitForFinish');
    if (secs !== undefined && secs < 0) throw invalid('waitForFinish', secs, 'a number of seconds, 0 or more');
    return secs === undefined ? undefined : Math.min(secs, MAX_WAIT_SECS);
}

/** The options of a start, without those that its body gives; what waits for the end is another matter. */
export function startQuery(query: Query): StartOptions {
    return {
        ...resurrectQuery(query),
        webhooks: webhooks(query),
        // The client refuses all other words.
        forcePermissionLevel: query.text('forcePermissionLevel') as StartOptions['forcePermissionLevel'],
    };
}

/** The options of a resurrection, which a start has too. */
export function resurrectQuery(query: Query): ResurrectOptions {
    const timeout = query.number('timeout');
    return {
        build: query.text('build'),
        memory: query.number('memory'),
        // The SDK gives what is left of a run's own time, to the millisecond.
        timeout: timeout === undefined ? undefined : Math.ceil(timeout),
        maxItems: query.number('maxItems'),
        maxTotalChargeUsd: query.number('maxTotalChargeUsd'),
        restartOnError: query.flag('restartOnError'),
    };
}

/** Ad-hoc webhooks travel as JSON in Base64. */
function webhooks(query: Query): WebhookFields[] | undefined {
    const text = query.text('webhooks');
    if (text === undefined) return undefined;
    const list = parse(Buffer.from(text, 'base64').toString());
    if (!Array.isArray(list)) throw invalid('webhooks', text, 'an array of webhooks, as JSON in Base64');
    // The client checks what is in it.
    return list as WebhookFields[];
}

function parse(json: string): unknown {
    try {
        return JSON.parse(json);
    } catch {
        // What is no JSON is no array either, and refused as such.
        return undefined;
    }
}

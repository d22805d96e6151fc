import { showTarget, type ProxyTarget } from './proxy-target.js';
import type { ProxyRefusal } from './proxy-refusal.js';

/** The answer for a target that could not be reached, or that broke off before it had answered. */
export function connectionFailure(target: ProxyTarget, cause: Error | undefined): ProxyRefusal {
    return {
        status: 502,
        text: `The proxy got no answer from ${showTarget(target)}: ${cause ? reason(cause) : 'it closed the connection'}.`,
    };
}

/** A name with several addresses fails with one error for each, and an empty message of its own. */
function reason(error: Error): string {
    return error instanceof AggregateError
        ? (error.errors as Error[]).map(({ message }) => message).join(', ')
        : error.message;
}

import type { Style } from '../terminal/output.js';

/** The colour of how a dispatch went. */
export function dispatchStyle(status: string): Style {
    return status === 'SUCCEEDED' ? 'green' : status === 'FAILED' ? 'red' : 'blue';
}

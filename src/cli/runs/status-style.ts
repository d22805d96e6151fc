import type { Style } from '../terminal/output.js';

/** The colour of a status, as Apify Console has it. */
export function statusStyle(status: string): Style {
    if (status === 'SUCCEEDED') return 'green';
    if (status === 'FAILED' || status === 'TIMED-OUT') return 'red';
    if (status === 'READY' || status === 'RUNNING') return 'blue';
    return 'yellow';
}

import type { JSX } from '../preact.js';

const LOOKS: Record<string, string> = {
    READY: 'waiting',
    RUNNING: 'going',
    SUCCEEDED: 'good',
    FAILED: 'bad',
    'TIMING-OUT': 'ending',
    'TIMED-OUT': 'bad',
    ABORTING: 'ending',
    ABORTED: 'off',
    ACTIVE: 'going',
};

/** The status of a run, a build or a dispatch: by word and colour. */
export function StatusBadge({ status }: { status: string }): JSX.Element {
    const look = LOOKS[status] ?? 'off';
    const words = status.charAt(0) + status.slice(1).toLowerCase().replace('-', ' ');
    return (
        <span class={`status ${look}`} data-status={status}>
            <span class="dot" aria-hidden="true" />
            {words}
        </span>
    );
}

import { now } from '../state/now.js';
import { formatAgo, formatDate, formatDuration } from './format.js';

/** How long ago, or how soon, something is; its date for whoever points at it. */
export function Ago({ iso }: { iso: string | null | undefined }) {
    if (iso === null || iso === undefined) return <span class="faint">–</span>;
    return (
        <time dateTime={iso} title={formatDate(iso)}>
            {formatAgo(iso, now.value)}
        </time>
    );
}

/** How long something took, or has been going on. */
export function Duration({
    startedAt,
    finishedAt,
}: {
    startedAt: string | null | undefined;
    finishedAt: string | null | undefined;
}) {
    if (startedAt === null || startedAt === undefined) return <span class="faint">–</span>;
    const end = finishedAt === null || finishedAt === undefined ? now.value : new Date(finishedAt).getTime();
    return <span class="figure">{formatDuration(end - new Date(startedAt).getTime())}</span>;
}

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
export function StatusBadge({ status }: { status: string }) {
    const look = LOOKS[status] ?? 'off';
    const words = status.charAt(0) + status.slice(1).toLowerCase().replace('-', ' ');
    return (
        <span class={`status ${look}`} data-status={status}>
            <span class="dot" aria-hidden="true" />
            {words}
        </span>
    );
}

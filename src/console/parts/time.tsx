import { useNow } from '../state/now.js';
import { formatAgo, formatDate, formatDuration } from './format.js';
import type { JSX } from '../preact.js';

/** How long ago, or how soon, something is; its date for whoever points at it. */
export function Ago({ iso }: { iso: string | null | undefined }): JSX.Element {
    const now = useNow();
    if (iso === null || iso === undefined) return <span class="faint">–</span>;
    return (
        <time dateTime={iso} title={formatDate(iso)}>
            {formatAgo(iso, now)}
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
}): JSX.Element {
    const now = useNow();
    if (startedAt === null || startedAt === undefined) return <span class="faint">–</span>;
    const end = finishedAt === null || finishedAt === undefined ? now : new Date(finishedAt).getTime();
    return <span class="figure">{formatDuration(end - new Date(startedAt).getTime())}</span>;
}

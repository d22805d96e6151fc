import { formatCount } from './format.js';
import type { JSX } from '../preact.js';

/** How many there are in a list. */
export function RowCount({
    count,
    one,
    isMore = false,
}: {
    count: number;
    /** The word for one of them. */
    one: string;
    /** Whether there may be more. */
    isMore?: boolean;
}): JSX.Element {
    const isOne = count === 1 && !isMore;
    return (
        <p class="list-count faint" role="status">
            {`${formatCount(count)}${isMore ? '+' : ''} ${isOne ? one : `${one}s`}`}
        </p>
    );
}

import { useId } from 'preact/hooks';
import { Button } from './button.js';
import { formatCount } from './format.js';

const SIZES = [25, 100, 250, 1_000] as const;

/** Which part of a list is shown. */
export interface PagerPlace {
    readonly offset: number;
    readonly limit: number;
}

/** Which part of a list is shown, and the ways to the others. */
export function Pager({
    offset,
    limit,
    total,
    onGo,
}: PagerPlace & {
    total: number;
    onGo: (place: PagerPlace) => void;
}) {
    const id = useId();
    const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
    const go = (next: number): void => onGo({ offset: Math.min(Math.max(next, 0), total - 1), limit });
    const isFirst = offset === 0;
    const isLast = offset + limit >= total;
    return (
        <nav class="pager" aria-label="Pages">
            <Button kind="quiet" icon="first" label="First page" isDisabled={isFirst} onPress={() => go(0)} />
            <Button
                kind="quiet"
                icon="back"
                label="Previous page"
                isDisabled={isFirst}
                onPress={() => go(offset - limit)}
            />
            <span class="pager-words" role="status">
                {`${formatCount(offset + 1)}–${formatCount(Math.min(offset + limit, total))} of ${formatCount(total)}`}
            </span>
            <Button
                kind="quiet"
                icon="chevron"
                label="Next page"
                isDisabled={isLast}
                onPress={() => go(offset + limit)}
            />
            <Button kind="quiet" icon="last" label="Last page" isDisabled={isLast} onPress={() => go(last)} />
            <span class="spring" />
            <label for={`${id}-go`}>Go to</label>
            <input
                id={`${id}-go`}
                class="pager-go"
                type="number"
                min={1}
                max={total}
                key={offset}
                defaultValue={String(offset + 1)}
                onChange={({ currentTarget: { value } }) => {
                    if (/^\d+$/.test(value)) go(Math.max(Number(value), 1) - 1);
                }}
            />
            <label for={`${id}-size`}>Show</label>
            <select
                id={`${id}-size`}
                value={limit}
                onChange={({ currentTarget }) => onGo({ offset, limit: Number(currentTarget.value) })}
            >
                {SIZES.map((size) => (
                    <option key={size} value={size}>
                        {formatCount(size)}
                    </option>
                ))}
            </select>
        </nav>
    );
}

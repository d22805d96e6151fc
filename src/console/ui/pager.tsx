import { useId } from 'preact/hooks';
import { Button } from './button.js';
import { Select } from './fields.js';
import { formatCount } from './format.js';
import type { IconName } from './icon.js';

const SIZES = [25, 100, 250, 1_000].map((size) => [String(size), formatCount(size)] as const);

/** Which part of a list is shown. */
export interface PagerPlace {
    readonly offset: number;
    readonly limit: number;
}

/** Shows which part of a list is shown, and leads to the others. */
export function Pager({
    offset,
    limit,
    total,
    onGo,
}: PagerPlace & { total: number; onGo: (place: PagerPlace) => void }) {
    const id = useId();
    const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
    const go = (next: number): void => onGo({ offset: Math.min(Math.max(next, 0), total - 1), limit });
    const button = (icon: IconName, label: string, next: number) => (
        <Button
            kind="quiet"
            icon={icon}
            label={label}
            isDisabled={next < offset ? offset === 0 : offset + limit >= total}
            onPress={() => go(next)}
        />
    );
    return (
        <nav class="pager" aria-label="Pages">
            {button('first', 'First page', -1)}
            {button('back', 'Previous page', offset - limit)}
            <span class="pager-words" role="status">
                {`${formatCount(offset + 1)}–${formatCount(Math.min(offset + limit, total))} of ${formatCount(total)}`}
            </span>
            {button('chevron', 'Next page', offset + limit)}
            {button('last', 'Last page', last)}
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
            <Select
                element={{ id: `${id}-size` }}
                value={String(limit)}
                options={SIZES}
                onChange={(size) => onGo({ offset, limit: Number(size) })}
            />
        </nav>
    );
}

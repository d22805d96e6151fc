import { Trouble } from '../parts/trouble.js';
import { formatBytes } from '../parts/format.js';
import { useRowWindow } from '../parts/use-window.js';
import { useEffect, useRef, type JSX } from '../preact.js';
import type { CursorList } from '../lists/cursor-list.js';
import type { KeyItem } from './use-keys.js';

/** As the style sheet has it. */
const ROW_PIXELS = 32;
/** So far below what is seen more is read. */
const AHEAD_ROWS = 200;

/** The keys of a store, of any number; the arrows go from one to the next. */
export function KeyList({
    keys,
    chosen,
    onChoose,
}: {
    keys: CursorList<KeyItem>;
    chosen: string | undefined;
    onChoose: (key: string) => void;
}): JSX.Element {
    const element = useRef<HTMLDivElement>(null);
    const { items } = keys;
    const { first, end } = useRowWindow(element, { count: items.length, rowHeight: ROW_PIXELS, scrolls: 'element' });
    useEffect(() => keys.ensure(end + AHEAD_ROWS), [keys, end]);
    useEffect(() => {
        // Who goes through them by keys goes on from there.
        if (!element.current?.contains(document.activeElement)) return;
        element.current.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
    }, [chosen]);
    const move = (event: KeyboardEvent): void => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const at = items.findIndex(({ key }) => key === chosen);
        const next = items[Math.min(Math.max(at + step, 0), items.length - 1)];
        if (next) onChoose(next.key);
    };
    return (
        <div class="key-list" ref={element} onKeyDown={move}>
            <ul style={{ height: `${items.length * ROW_PIXELS}px` }} aria-label="Keys">
                {items.slice(first, end).map(({ key, size }, index) => (
                    <li key={key} style={{ transform: `translateY(${(first + index) * ROW_PIXELS}px)` }}>
                        <button type="button" aria-current={key === chosen} title={key} onClick={() => onChoose(key)}>
                            <span class="key-name">{key}</span>
                            <span class="faint">{formatBytes(size)}</span>
                        </button>
                    </li>
                ))}
            </ul>
            {keys.error !== undefined && <Trouble error={keys.error} onRetry={() => keys.ensure(end + AHEAD_ROWS)} />}
        </div>
    );
}

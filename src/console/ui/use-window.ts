import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Which rows of a long list are to be drawn. */
export interface RowWindow {
    readonly first: number;
    /** The one after the last. */
    readonly end: number;
}

/** Drawn beyond what is seen, so that nothing is white while one scrolls. */
const MARGIN_ROWS = 12;

/**
 * Says which rows of a long list are seen, all of them being of the same height. It is the element that scrolls, or, if it
 * does not, the window.
 */
export function useRowWindow(
    element: RefObject<HTMLElement | null>,
    { count, rowHeight, scrolls }: { count: number; rowHeight: number; scrolls: 'element' | 'window' },
): RowWindow {
    const [shown, show] = useState<RowWindow>({ first: 0, end: Math.min(count, 60) });
    useEffect(() => {
        const target = element.current;
        if (target === null) return undefined;
        const source = scrolls === 'window' ? window : target;
        const measure = (): void => {
            const { top, height } = seen(target, scrolls);
            const first = Math.max(0, Math.floor(top / rowHeight) - MARGIN_ROWS);
            const end = Math.min(count, Math.ceil((top + height) / rowHeight) + MARGIN_ROWS);
            show((before) => (before.first === first && before.end === end ? before : { first, end }));
        };
        const observer = new ResizeObserver(measure);
        observer.observe(target);
        source.addEventListener('scroll', measure, { passive: true });
        measure();
        return () => {
            observer.disconnect();
            source.removeEventListener('scroll', measure);
        };
    }, [count, rowHeight, scrolls]);
    return { first: Math.min(shown.first, count), end: Math.min(shown.end, count) };
}

/** Of the list: what is above what is seen, and how much is seen. */
function seen(target: HTMLElement, scrolls: 'element' | 'window'): { top: number; height: number } {
    if (scrolls === 'element') return { top: target.scrollTop, height: target.clientHeight };
    return { top: Math.max(0, -target.getBoundingClientRect().top), height: window.innerHeight };
}

import type { RefObject } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';

/** Rows that are seen, or nearly; the last one is not among them. */
export interface RowRange {
    readonly first: number;
    readonly end: number;
}

const MARGIN_ROWS = 20;

/** Which rows of an element that scrolls are seen. */
export function useRowRange(
    element: RefObject<HTMLElement | null>,
    rowHeight: number,
): RowRange & { measure: () => void } {
    const [range, setRange] = useState<RowRange>({ first: 0, end: 100 });
    const measure = useCallback((): void => {
        const target = element.current;
        if (target === null) return;
        const first = Math.max(0, Math.floor(target.scrollTop / rowHeight) - MARGIN_ROWS);
        const end = Math.ceil((target.scrollTop + target.clientHeight) / rowHeight) + MARGIN_ROWS;
        setRange((before) => (before.first === first && before.end === end ? before : { first, end }));
    }, [rowHeight]);
    useEffect(() => {
        const target = element.current;
        if (target === null) return undefined;
        const observer = new ResizeObserver(measure);
        observer.observe(target);
        return () => observer.disconnect();
    }, [measure]);
    return { ...range, measure };
}

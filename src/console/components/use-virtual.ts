import { useLayoutEffect, useState } from 'preact/hooks';
import {
    elementScroll,
    observeElementOffset,
    observeElementRect,
    observeWindowOffset,
    observeWindowRect,
    Virtualizer,
    type VirtualizerOptions,
    windowScroll,
} from '@tanstack/virtual-core';
import { useForceUpdate } from '../api/long-list.js';

interface VirtualList {
    readonly count: number;
    /** Height of an entry in pixels, until it is measured. */
    readonly size: number;
    /** Number of entries rendered beyond the visible ones. */
    readonly margin: number;
    /** Offset of the list in the scrolling element, in pixels. */
    readonly top?: number;
}

type Scroller = Element | Window;

/** Virtualizes a long list. @param scroller - Returns the scrolling element, or the window. */
export function useVirtual<Item extends Scroller>(
    scroller: () => Item | null,
    { count, size, margin, top = 0 }: VirtualList,
): Virtualizer<Scroller, Element> {
    const forceUpdate = useForceUpdate();
    const isWindow = (scroller() as Scroller | null) === window;
    const options = {
        count,
        estimateSize: () => size,
        overscan: margin,
        scrollMargin: top,
        getScrollElement: scroller,
        onChange: forceUpdate,
        ...(isWindow
            ? {
                  observeElementRect: observeWindowRect,
                  observeElementOffset: observeWindowOffset,
                  scrollToFn: windowScroll,
              }
            : { observeElementRect, observeElementOffset, scrollToFn: elementScroll }),
    } as unknown as VirtualizerOptions<Scroller, Element>;
    const [virtual] = useState(() => new Virtualizer(options));
    virtual.setOptions(options);
    useLayoutEffect(() => virtual._didMount(), []);
    useLayoutEffect(() => virtual._willUpdate());
    return virtual;
}

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
import { useDraw } from '../api/long-list.js';

interface VirtualList {
    readonly count: number;
    /** Height of an entry in pixels, until it is measured. */
    readonly size: number;
    /** Entries that are drawn beyond what is seen. */
    readonly margin: number;
    /** Pixels above the list in what scrolls. */
    readonly top?: number;
}

type Scroller = Element | Window;

/** Returns which entries of a long list are to be drawn, and where. @param scroller - What scrolls: an element, or the window. */
export function useVirtual<Item extends Scroller>(
    scroller: () => Item | null,
    { count, size, margin, top = 0 }: VirtualList,
): Virtualizer<Scroller, Element> {
    const draw = useDraw();
    const isWindow = (scroller() as Scroller | null) === window;
    const options = {
        count,
        estimateSize: () => size,
        overscan: margin,
        scrollMargin: top,
        getScrollElement: scroller,
        onChange: draw,
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

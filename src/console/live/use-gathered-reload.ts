import { useCallback, useEffect, useRef } from '../preact.js';
import { useLive } from './live.js';
import type { ConsoleEvent } from '../api/json.js';

/** Several events within that time are one reason to read anew. */
const GATHER_MILLIS = 400;

/**
 * Reads anew when an event says so, when something may have been missed, and when somebody comes back to the page: of what is edited in
 * files, or made by programs, not all is told by events.
 */
export function useGatheredReload(reload: () => void, reloadOn: ((event: ConsoleEvent) => boolean) | undefined): void {
    const timer = useRef<number | undefined>(undefined);
    const soon = useCallback(() => {
        timer.current ??= window.setTimeout(() => {
            timer.current = undefined;
            reload();
        }, GATHER_MILLIS);
    }, [reload]);
    useEffect(() => {
        window.addEventListener('focus', soon);
        return () => {
            window.removeEventListener('focus', soon);
            clearTimeout(timer.current);
            timer.current = undefined;
        };
    }, [soon]);
    useLive({
        event(event) {
            if (reloadOn?.(event)) soon();
        },
        catchUp: reload,
    });
}

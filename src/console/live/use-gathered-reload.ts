import { useEffect, useRef } from '../preact.js';
import { useLive } from './live.js';
import type { ConsoleEvent } from '../api/json.js';

/** Several events within that time are one reason to read anew. */
const GATHER_MILLIS = 400;

/** Reads anew when an event says so, and when something may have been missed. */
export function useGatheredReload(reload: () => void, reloadOn: ((event: ConsoleEvent) => boolean) | undefined): void {
    const timer = useRef<number | undefined>(undefined);
    useEffect(() => () => clearTimeout(timer.current), []);
    useLive({
        event(event) {
            if (!reloadOn?.(event)) return;
            timer.current ??= window.setTimeout(() => {
                timer.current = undefined;
                reload();
            }, GATHER_MILLIS);
        },
        catchUp: reload,
    });
}

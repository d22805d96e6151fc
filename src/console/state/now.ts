import { useEffect } from '../preact.js';
import { Value, useValue } from './value.js';

const TICK_MILLIS = 1_000;

const now = new Value(Date.now());
let watchers = 0;
let timer: number | undefined;

/** The time in milliseconds, each second anew, for all that shows how long something goes on or ago it was. */
export function useNow(): number {
    useEffect(() => {
        watchers += 1;
        now.set(Date.now());
        timer ??= window.setInterval(() => now.set(Date.now()), TICK_MILLIS);
        return () => {
            watchers -= 1;
            if (watchers > 0) return;
            clearInterval(timer);
            timer = undefined;
        };
    }, []);
    return useValue(now);
}

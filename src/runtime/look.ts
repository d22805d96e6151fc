import { LOOK_SYMBOL } from '../protocol/look.js';
import { mayEndHere } from './may-end-here.js';

/** How soon a thread that could not be ended is to be tried again. */
const TRY_AGAIN_MILLIS = 5;

/** What the host makes a thread do in the midst of whatever it is at. */
export interface LookListener {
    /** Looks at what it uses; returns the milliseconds until it should do so again. */
    look(): number;
    /**
     * Ends it. Nothing may be called after that until the look is over: V8 would notice there that the thread is to end,
     * and end the look alone. The Actor would go on until the host noticed, and then be ended wherever it was.
     */
    end(): void;
}

let listener: LookListener | undefined;

/** Says what is to be done when the host makes this thread look at what it uses, or end; nothing while there is no run. */
export function onLook(next: LookListener | undefined): void {
    listener = next;
    if (Object.hasOwn(globalThis, LOOK_SYMBOL)) return;
    Object.defineProperty(globalThis, LOOK_SYMBOL, {
        value: (isToEnd = false) => (isToEnd ? end() : listener?.look()),
    });
}

function end(): number {
    if (mayEndHere()) listener?.end();
    return TRY_AGAIN_MILLIS;
}

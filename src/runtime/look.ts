import { LOOK_SYMBOL } from '../protocol/look.js';

let look: (() => number) | undefined;

/** Says what is to be done when the host makes this thread look at what it uses; nothing while there is no run. */
export function onLook(listener: (() => number) | undefined): void {
    look = listener;
    if (Object.hasOwn(globalThis, LOOK_SYMBOL)) return;
    Object.defineProperty(globalThis, LOOK_SYMBOL, { value: () => look?.() });
}

/*
 * How a thread that is busy is made to look at what it uses: its host has this evaluated in it by way of the inspector,
 * which interrupts whatever JavaScript is at work there.
 */

/** Under this name each thread of a run keeps what {@link LOOK_EXPRESSION} calls. */
export const LOOK_SYMBOL = Symbol.for('greenroom.look');

/** Makes the thread look. Gives the milliseconds until it should do so again; nothing in a thread that has no run. */
export const LOOK_EXPRESSION = "globalThis[Symbol.for('greenroom.look')]?.()";

/** Makes the thread end, unless it is in the midst of something. Gives the milliseconds until it should be tried again. */
export const END_EXPRESSION = "globalThis[Symbol.for('greenroom.look')]?.(true)";

import { MOST_OUTPUT } from '../protocol/flow.js';

/** Lets output pass while the host keeps up with it. */
export interface OutputGate {
    /** Waits until there is room, as a write to a full pipe does: the whole thread stands still. */
    pass(cost: number): void;
}

/** For where something else slows the writer down. */
export const OPEN_GATE: OutputGate = { pass: () => {} };

/**
 * A gate for a thread.
 *
 * @param underWay - One 32-bit word, to which this side adds what it sends, and from which the host takes what it has dealt with.
 */
export function sharedGate(underWay: SharedArrayBuffer): OutputGate {
    const words = new Int32Array(underWay);
    return {
        pass(cost) {
            for (let now = Atomics.load(words, 0); now > MOST_OUTPUT; now = Atomics.load(words, 0)) {
                Atomics.wait(words, 0, now);
            }
            Atomics.add(words, 0, cost);
        },
    };
}

import { setFlagsFromString } from 'node:v8';

/** The first V8 that unrolls loops as described below: that of Node 24. */
const FIRST_MAJOR = 13;

let isDone = false;

/**
 * Sees to it that code can be interrupted in each of its loops, for a look at its memory or for its end.
 *
 * V8 asks at each turn of a loop whether it is to stop, but leaves that out where it knows the loop to be short. From Node 24
 * on it also leaves it out of an endless loop around such a short one, as in `for (;;) list.push(new Array(1000).fill(1))`,
 * which then nothing ends. It does not where it is told not to unroll loops. It can only be told for the process as a whole.
 */
export function keepLoopsInterruptible(): void {
    if (isDone) return;
    isDone = true;
    // An older V8 complains of a flag that it does not know.
    if (Number.parseInt(process.versions.v8, 10) >= FIRST_MAJOR) setFlagsFromString('--no-turboshaft-loop-unrolling');
}

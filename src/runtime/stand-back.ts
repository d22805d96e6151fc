import { constants, getPriority, setPriority } from 'node:os';

/** With so much, the host gets three times the share of a busy processor that a thread of an Actor gets. */
const STEPS = 5;

const { PRIORITY_LOW } = constants.priority;

/**
 * Lets this thread stand back behind that of the host where there are more threads at work than processors: without the
 * host, timeouts, aborts and all other Actors wait. On Linux only, where threads have priorities of their own.
 */
export function standBack(): void {
    if (process.platform !== 'linux') return;
    try {
        const before = getPriority();
        // One that has been taken for a run before has stood back already, as has all that started with a low priority.
        if (before < STEPS) setPriority(Math.min(before + STEPS, PRIORITY_LOW));
    } catch {
        // Not allowed, as in some sandboxes: then it has the priority that it has.
    }
}

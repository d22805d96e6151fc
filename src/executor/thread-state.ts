import { readFileSync } from 'node:fs';

/**
 * The state of a thread of this process, as Linux names it: `R` at work, `S` asleep.
 *
 * @returns Undefined for a thread that has ended, and where the kernel does not tell.
 */
export function stateOf(kernelId: number): string | undefined {
    try {
        // The name before may have spaces and brackets in it.
        return /\) (\w) [^)]*$/.exec(readFileSync(`/proc/self/task/${kernelId}/stat`, 'latin1'))?.[1];
    } catch {
        return undefined;
    }
}

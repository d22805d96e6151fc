import { Interrupts } from './interrupts.js';
import type { CommandCall } from './command.js';

/**
 * Does work that Ctrl+C gives up, and that leaves nothing half done then.
 *
 * @param whenGivenUp - What to say then, as a sentence.
 * @param work - Ends soon once its signal is aborted, in whichever way.
 * @returns The exit code: 0, or that of the signal.
 */
export async function untilInterrupted(
    { terminal: { err } }: CommandCall,
    whenGivenUp: string,
    work: (signal: AbortSignal) => Promise<void>,
): Promise<number> {
    const interrupts = new Interrupts();
    const giveUp = new AbortController();
    interrupts.listen(() => giveUp.abort());
    try {
        await work(giveUp.signal);
        return 0;
    } catch (error) {
        if (interrupts.exitCode === undefined) throw error;
        err.line(whenGivenUp);
        return interrupts.exitCode;
    } finally {
        interrupts.stop();
    }
}

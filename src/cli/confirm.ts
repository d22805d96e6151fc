import { createInterface } from 'node:readline/promises';
import { EngineError } from '../errors/engine-error.js';
import type { CommandCall } from './command.js';

/** The exit code of a command that somebody was asked about, and said no. */
export const DECLINED = 1;

/**
 * Asks whether something that cannot be undone is to be done. Where nobody can be asked, `--yes` has to say so.
 *
 * @param what - `Delete 3 runs?`
 * @returns Whether it is.
 * @throws EngineError `confirmation-needed` without a terminal and without `--yes`.
 */
export async function confirm({ terminal, words }: CommandCall, what: string): Promise<boolean> {
    if (words.flag('yes')) return true;
    if (!terminal.stdin.isTTY || !terminal.err.isInteractive) {
        throw new EngineError('confirmation-needed', `${what} Nobody can be asked here: say so with --yes.`);
    }
    const asking = createInterface({ input: terminal.stdin, output: process.stderr });
    try {
        const answer = await new Promise<string>((resolve) => {
            // Ctrl+C and Ctrl+D are a no.
            asking.once('close', () => resolve(''));
            void asking.question(`${what} [y/N] `).then(resolve, () => resolve(''));
        });
        const isYes = /^y(?:es)?$/i.test(answer.trim());
        if (!isYes) terminal.err.line('Nothing was changed.');
        return isYes;
    } finally {
        asking.close();
    }
}

import { createInterface } from 'node:readline/promises';
import { EngineError } from '../../errors/engine-error.js';
import type { Cli } from '../cli.js';

/**
 * Asks before something that cannot be undone; after a no, the exit code is 1.
 *
 * @param question - `Delete 3 runs?`
 * @throws EngineError `confirmation-needed` without a terminal and without `--yes`.
 */
export async function confirm(cli: Cli, question: string, { yes = false }: { yes?: boolean }): Promise<boolean> {
    const { stdin, err } = cli.terminal;
    if (yes) return true;
    if (!stdin.isTTY || !err.isInteractive)
        throw new EngineError('confirmation-needed', `${question} No terminal for confirmation; pass --yes.`);
    const prompt = createInterface({ input: stdin, output: process.stderr });
    const answer = await new Promise<string>((resolve) => {
        // Ctrl+C and Ctrl+D are a no.
        prompt.once('close', () => resolve(''));
        void prompt.question(`${question} [y/N] `).then(resolve, () => resolve(''));
    });
    prompt.close();
    if (/^y(?:es)?$/i.test(answer.trim())) return true;
    err.line('Nothing was changed.');
    cli.exitCode = 1;
    return false;
}

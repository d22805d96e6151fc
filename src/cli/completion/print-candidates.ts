import { candidatesFor } from './candidates.js';
import type { CommandCall } from '../command.js';

/** Prints what the last of the words may be completed with. */
export async function printCandidates({ words, terminal, table }: CommandCall): Promise<void> {
    const { paths, words: found } = candidatesFor(table, words.args);
    if (paths !== undefined) terminal.out.line(`:${paths}`);
    for (const { word, summary } of found) terminal.out.line(`${word}\t${summary}`);
}

import { describe, expect, it } from 'vitest';
import { getFullName } from '../../src/cli/command.js';
import { renderCommandDocs, SUMMARIES } from '../support/docs/command-docs.js';
import { leafCommands, loadProgram, memoryCli } from '../support/cli/command-line-program.js';
import type { Command } from 'commander';

/*
 * The page is generated from the help of all commands. After changing a command, run
 * `npx vitest run --config test/.vitest.config.ts test/architecture/command-docs.test.ts -u`.
 */
describe('docs/reference/command-line.md', () => {
    it('contains the help of all commands', async () => {
        await expect(await renderCommandDocs()).toMatchFileSnapshot('../../docs/reference/command-line.md');
    });
});

const commands = leafCommands(await loadProgram()).map((command) => ({ name: getFullName(command), command }));

describe('each command', () => {
    it.each(commands)('has a description, unique flags and an example: $name', async ({ command }) => {
        const described = [command.description(), ...command.options.map(({ description }) => description)];
        const flags = command.options.flatMap(({ short, long }) => [short, long]).filter(Boolean);

        for (const text of described) expect(text).not.toBe('');
        expect(command.description()).toMatch(/^[A-Z]/);
        for (const { description } of command.options) expect(description).toMatch(/^(?!The |An? )[^A-Z]|^CSV|^root/);
        expect(new Set(flags).size).toBe(flags.length);
        expect(await examplesOf(command)).not.toEqual([]);
    });

    it.each(SUMMARIES)('has a summary that fits the help: %s', (summary) => {
        expect(summary).toMatch(/^[A-Z].*[^.]$/);
        expect(summary.length).toBeLessThanOrEqual(60);
    });

    it.each(commands)('runs by each of its examples: $name', async ({ command, name }) => {
        for (const line of await examplesOf(command)) {
            // The last call of a pipe; the first one before `&&`.
            const call = /(?:^.*\| |^.*<\(|^ *)greenroom (.*?)( [|>] ?.*| && .*|\))?$/.exec(line)![1]!;
            const words = [...call.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
                ([word, double, single]) => double ?? single ?? word,
            );
            const program = await loadProgram();
            const called: string[] = [];
            for (const one of leafCommands(program)) one.action(() => void called.push(getFullName(one)));

            await program.parseAsync(words, { from: 'user' });

            expect(called, line).toEqual([name]);
        }
    });
});

/** Returns the example lines in the help of a command, rendered by a new program. */
async function examplesOf(command: Command): Promise<string[]> {
    const cli = memoryCli();
    const copy = leafCommands(await loadProgram(cli)).find((one) => getFullName(one) === getFullName(command))!;
    copy.outputHelp();
    const [, examples = ''] = cli.text().split('\nExamples:\n');
    return examples.split('\n').filter((line) => /^ +[^# ]/.test(line));
}

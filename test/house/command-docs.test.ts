import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { COMMON_OPTIONS } from '../../src/cli/common-options.js';
import { findCommand } from '../../src/cli/find-command.js';
import { parseWords } from '../../src/cli/parse-words.js';
import { renderCommandDocs } from '../support/command-docs.js';

/*
 * The page is written from the table of commands. After a change of the table:
 * `npx vitest run --config test/.vitest.config.ts test/house/command-docs.test.ts -u`.
 */
describe('docs/command-line.md', () => {
    it('says what the table of commands says', async () => {
        await expect(renderCommandDocs()).toMatchFileSnapshot('../../docs/command-line.md');
    });
});

describe('each command', () => {
    it.each(COMMANDS.commands)('has what help needs, and options that do not collide: $name', async (command) => {
        const options = [...(command.options ?? []), ...COMMON_OPTIONS];
        const names = options.map(({ name }) => name);
        const letters = options.flatMap(({ short }) => short ?? []);

        expect(new Set(names).size).toBe(names.length);
        expect(new Set(letters).size).toBe(letters.length);
        expect(command.examples.length).toBeGreaterThan(0);
        for (const { summary } of [command, ...options, ...(command.arguments ?? [])]) expect(summary).toMatch(/[.?]$/);
        for (const { short } of options) expect(short ?? 'x').toHaveLength(1);
        expect(await command.load()).toBeTypeOf('function');
    });

    it.each(COMMANDS.commands.flatMap(({ examples }) => examples))(
        'can be called as its example is: $line',
        ({ line }) => {
            const call = /greenroom (.*?)( [|&>] ?.*| && .*|\))?$/.exec(line)![1]!;
            const words = [...call.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
                ([word, double, single]) => double ?? single ?? word,
            );

            const found = findCommand(COMMANDS, words);

            expect(found.kind).toBe('command');
            if (found.kind === 'command') parseWords(found.command, found.rest);
        },
    );
});

import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../../src/cli/completion/candidates.js';
import { findCommand } from '../../../src/cli/find-command.js';
import type { Command } from '../../../src/cli/command.js';

const load = (): Promise<never> => Promise.reject(new Error('not called'));
const base = { summary: 'Does it.', examples: [], load };
const run: Command = {
    ...base,
    name: 'run',
    arguments: [{ name: 'actor', summary: 'Which.', completion: 'file' }],
    options: [
        { name: 'isolation', short: 'i', value: 'MODE', summary: 'How.', choices: ['thread', 'process'] },
        { name: 'storage', value: 'DIR', summary: 'Where.', completion: 'directory' },
    ],
};
const table = {
    commands: [
        run,
        { ...base, name: 'dataset ls', aliases: ['dataset list'] },
        { ...base, name: 'dataset push' },
        { ...base, name: '__secret', isHidden: true },
    ],
    groups: [{ name: 'dataset', summary: 'Items.' }],
};

describe('a command', () => {
    it('is found by its name of one word or two, and by its other names', () => {
        expect(findCommand(table, ['run', 'x', '--y'])).toMatchObject({ command: run, rest: ['x', '--y'] });
        expect(findCommand(table, ['dataset', 'ls', 'x'])).toMatchObject({ rest: ['x'] });
        expect(findCommand(table, ['dataset', 'list'])).toMatchObject({ command: { name: 'dataset ls' } });
    });

    it('may be a group only', () => {
        expect(findCommand(table, ['dataset'])).toMatchObject({ kind: 'group' });
        expect(findCommand(table, ['dataset', '--help'])).toMatchObject({ kind: 'group' });
    });

    it.each([
        [['rum'], 'There is no command `greenroom rum`. Did you mean `greenroom run`?'],
        [['datas'], 'There is no command `greenroom datas`. Did you mean `greenroom dataset`?'],
        [['dataset', 'pusch'], 'There is no command `greenroom dataset pusch`. Did you mean `greenroom dataset push`?'],
        [['quite-another'], 'There is no command `greenroom quite-another`.'],
    ])('that is mistyped as %j is met with the nearest one', (words, message) => {
        expect(() => findCommand(table, words)).toThrow(message);
    });
});

describe('completion', () => {
    it.each([
        [[''], ['run', 'dataset']],
        [['r'], ['run']],
        [
            ['dataset', ''],
            ['ls', 'push'],
        ],
        [['run', '--i'], ['--isolation']],
        [
            ['run', '--isolation', ''],
            ['thread', 'process'],
        ],
        [['run', '-i', 'p'], ['process']],
        [['nothing', 'here'], []],
        [['dataset', 'ls', 'x'], []],
    ])('of %j gives %j', (words, expected) => {
        expect(candidatesFor(table, words).words.map(({ word }) => word)).toEqual(expected);
    });

    it('leaves paths to the shell', () => {
        expect(candidatesFor(table, ['run', './'])).toEqual({ words: [], paths: 'file' });
        expect(candidatesFor(table, ['run', '--isolation', 'thread', './'])).toEqual({ words: [], paths: 'file' });
        expect(candidatesFor(table, ['run', '--storage', ''])).toEqual({ words: [], paths: 'directory' });
    });
});

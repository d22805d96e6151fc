import { describe, expect, it } from 'vitest';
import { parseWords } from '../../../src/cli/parse-words.js';
import type { Command } from '../../../src/cli/command.js';

const command: Command = {
    name: 'cook',
    summary: 'Cook.',
    arguments: [{ name: 'dish', summary: 'What to cook.', isRequired: true }],
    options: [
        { name: 'minutes', short: 'm', value: 'N', summary: 'How long.' },
        { name: 'spice', value: 'NAME', summary: 'With what.', isRepeated: true, choices: ['salt', 'pepper'] },
        { name: 'json', summary: 'As JSON.' },
    ],
    examples: [],
    load: () => Promise.reject(new Error('not called')),
};

describe('the words after a command', () => {
    it('are options anywhere, and arguments in order', () => {
        const words = parseWords(command, ['--spice', 'salt', 'soup', '-m', '5', '--spice=pepper', '--json']);

        expect(words.args).toEqual(['soup']);
        expect(words.whole('minutes')).toBe(5);
        expect(words.texts('spice')).toEqual(['salt', 'pepper']);
        expect(words.flag('json')).toBe(true);
    });

    it('are all arguments after two dashes', () => {
        expect(parseWords(command, ['--', '--json']).args).toEqual(['--json']);
    });

    it('may be negative numbers as values', () => {
        expect(parseWords(command, ['soup', '--minutes', '-5']).text('minutes')).toBe('-5');
    });

    it.each([
        [['soup', '--minuts', '5'], '`greenroom cook` has no option --minuts. Did you mean --minutes?'],
        [['soup', '-x'], '`greenroom cook` has no option -x.'],
        [['soup', '--minutes'], '--minutes needs a value: --minutes N.'],
        [['soup', '--minutes', '--json'], '--minutes needs a value: --minutes N.'],
        [['soup', '--json=yes'], "--json is a flag and takes no value, but was given 'yes'. Leave the value out."],
        [['soup', '--spice', 'salz'], "--spice is 'salz', but must be one of salt, pepper. Did you mean `salt`?"],
        [[], '`greenroom cook` needs the argument dish: What to cook.'],
        [['soup', 'stew'], "`greenroom cook` takes one argument, but 'stew' is one more. Quote what belongs together."],
    ])('are refused if they are %j', (words, message) => {
        expect(() => parseWords(command, words)).toThrow(
            expect.objectContaining({ code: 'bad-usage', message, details: { command: 'cook' } }),
        );
    });

    it('need no arguments if all that is asked for is help', () => {
        expect(parseWords(command, ['--help']).flag('help')).toBe(true);
    });
});

describe('a whole number', () => {
    it.each(['1.5', 'x', '-1', '', '1e3'])('is not %j', (text) => {
        const words = parseWords(command, ['soup', `--minutes=${text}`]);

        expect(() => words.whole('minutes')).toThrow(`--minutes is '${text}', but must be a whole number, 0 or more.`);
    });
});

describe('an option that the command does not declare', () => {
    it('is a bug of whoever asks for it', () => {
        expect(() => parseWords(command, ['soup']).text('salt')).toThrow(
            expect.objectContaining({ code: 'internal-error' }),
        );
    });
});

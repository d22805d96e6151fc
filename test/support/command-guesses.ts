import * as fc from 'fast-check';
import { COMMANDS } from '../../src/cli/commands.js';
import { oddText } from './odd-values.js';
import type { Command } from '../../src/cli/command.js';

/** These go on until they are interrupted, or start threads. */
const LASTING = ['dev', 'serve', 'run'];
/** These reach out of the directory. */
const REACHING = ['url', 'open', 'storage'];
/** What there is in a kept directory, and words that mean something somewhere. */
const WORDS = [
    'products',
    'config',
    'todo',
    'shop',
    'shop-task',
    'every-morning',
    'last',
    'SETTINGS',
    'OUTPUT',
    'me',
    'local~shop',
    'json',
    'csv',
    'all',
    '@daily',
    'ACTOR.RUN.FAILED',
    'http://127.0.0.1:9/',
    '{}',
    '[{"a":1}]',
    '5m',
    '10',
    '-',
    '--',
    '-x',
    '--json',
    '--yes',
    '--help',
];

const commands = COMMANDS.commands.filter(({ name }) => !LASTING.includes(name));
const word = fc.oneof(
    { arbitrary: fc.constantFrom(...WORDS), weight: 3 },
    { arbitrary: oddText.map(asArgument), weight: 1 },
);

/** The words of a command line that may make sense. */
export const commandLine: fc.Arbitrary<string[]> = fc.oneof(
    { arbitrary: fc.constantFrom(...commands).chain(wordsOf), weight: 9 },
    { arbitrary: fc.array(word, { maxLength: 5 }).filter(([first]) => !LASTING.includes(first ?? '')), weight: 1 },
);

function wordsOf({ name, arguments: taken = [], options = [] }: Command): fc.Arbitrary<string[]> {
    const given = options
        .filter((option) => !REACHING.includes(option.name))
        .map(({ name: option, value, choices = [] }) =>
            value === undefined
                ? fc.constant([`--${option}`])
                : fc
                      .oneof(word, fc.constantFrom(...choices, '1'))
                      .chain((text) => fc.constantFrom([`--${option}`, text], [`--${option}=${text}`])),
        );
    const some = given.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...given), { maxLength: 3 });
    const count = taken.length + Number(taken.some(({ isRepeated }) => isRepeated));
    return fc
        .tuple(
            fc.array(word, { minLength: Math.max(0, count - 1), maxLength: count + 1 }),
            some,
            fc.constantFrom([], ['--json'], ['--yes'], ['--yes', '--json']),
        )
        .map(([args, opts, more]) => [...name.split(' '), ...args, ...opts.flat(), ...more]);
}

/** As the system hands it to a process: it ends at a zero, and is a whole text. */
function asArgument(text: string): string {
    return Buffer.from(text.split('\0')[0]!).toString();
}

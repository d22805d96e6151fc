import * as fc from 'fast-check';
import { getFullName } from '../../../src/cli/command.js';
import { leafCommands, loadProgram } from '../cli/command-line-program.js';
import { anyText } from './edge-cases.js';
import type { Command } from 'commander';

/** Commands that run until they are interrupted, or start threads. */
const LASTING = ['dev', 'serve', 'run'];
/** Options that access resources outside the directory. */
const REACHING = ['--url', '--open', '--storage'];
/** Names in the prepared directory, and words with a meaning in some command. */
const WORDS = [
    'products',
    'config',
    'todo',
    'shop',
    'runs',
    'dataset',
    'last',
    'SETTINGS',
    'OUTPUT',
    'me',
    'local~shop',
    'json',
    'csv',
    'all',
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

const program = await loadProgram();
const complete = program.commands.find((command) => command.name() === 'complete')!;
const commands = [...leafCommands(program), complete].filter((command) => !LASTING.includes(command.name()));
const word = fc.oneof(
    { arbitrary: fc.constantFrom(...WORDS), weight: 3 },
    { arbitrary: anyText.map(asArgument), weight: 1 },
);

/** Generates arguments close to valid ones. */
export const commandLine: fc.Arbitrary<string[]> = fc.oneof(
    { arbitrary: fc.constantFrom(...commands).chain(wordsOf), weight: 9 },
    { arbitrary: fc.array(word, { maxLength: 5 }).filter(([first]) => !LASTING.includes(first ?? '')), weight: 1 },
);

function wordsOf(command: Command): fc.Arbitrary<string[]> {
    const given = command.options
        .filter(({ long }) => !REACHING.includes(long!))
        .map(({ long, required, argChoices = [] }) =>
            required
                ? fc
                      .oneof(word, fc.constantFrom(...argChoices, '1'))
                      .chain((text) => fc.constantFrom([long!, text], [`${long!}=${text}`]))
                : fc.constant([long!]),
        );
    const some = given.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...given), { maxLength: 3 });
    const taken = command.registeredArguments;
    const count = taken.length + Number(taken.some(({ variadic }) => variadic));
    return fc
        .tuple(
            fc.array(word, { minLength: Math.max(0, count - 1), maxLength: count + 1 }),
            some,
            fc.constantFrom([], ['--json'], ['--yes'], ['--yes', '--json']),
        )
        .map(([args, options, more]) => [
            ...getFullName(command).split(' ').slice(1),
            ...args,
            ...options.flat(),
            ...more,
        ]);
}

/** Truncates at a zero byte and makes the text well-formed, as the system does for a process. */
function asArgument(text: string): string {
    return Buffer.from(text.split('\0')[0]!).toString();
}

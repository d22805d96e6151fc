import * as fc from 'fast-check';
import { getFullName } from '../../../src/cli/command.js';
import { leafCommands, loadProgram } from '../cli/command-line-program.js';
import { oddText } from './edge-cases.js';
import type { Command } from 'commander';

/** These last until they are interrupted, or start threads. */
const LASTING = ['dev', 'serve', 'run'];
/** These reach out of the directory. */
const REACHING = ['--url', '--open', '--storage'];
/** Names of a kept directory, and words with a meaning somewhere. */
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
    { arbitrary: oddText.map(asArgument), weight: 1 },
);

/** The words of a command line that may make sense. */
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

/** As the system passes it to a process: it ends at a zero, and is well-formed text. */
function asArgument(text: string): string {
    return Buffer.from(text.split('\0')[0]!).toString();
}

import { nearMiss } from '../util/check.js';
import { badUsage } from './bad-usage.js';
import type { Command, CommandGroup, CommandTable } from './command.js';

/** What the first words of a command line name. */
export type FoundCommand =
    | { readonly kind: 'command'; readonly command: Command; readonly rest: readonly string[] }
    | { readonly kind: 'group'; readonly group: CommandGroup };

/**
 * Finds the command that the first words name.
 *
 * @throws EngineError `bad-usage`, with the nearest name, if there is none.
 */
export function findCommand({ commands, groups }: CommandTable, words: readonly string[]): FoundCommand {
    for (const length of [2, 1]) {
        const name = words.slice(0, length).join(' ');
        const command = commands.find((one) => one.name === name || one.aliases?.includes(name));
        if (command) return { kind: 'command', command, rest: words.slice(length) };
    }
    const [first = '', second] = words;
    const group = groups.find(({ name }) => name === first);
    if (group === undefined) throw unknown(first, firstWords(commands));
    if (second === undefined || second.startsWith('-')) return { kind: 'group', group };
    const inGroup = commands.filter(({ name }) => name.startsWith(`${first} `));
    throw unknown(`${first} ${second}`, namesOf(inGroup), first);
}

/** The commands of a group. */
export function commandsIn({ commands }: CommandTable, group: CommandGroup): readonly Command[] {
    return commands.filter(({ name }) => name.startsWith(`${group.name} `));
}

function unknown(name: string, candidates: readonly string[], group?: string): Error {
    const begun = candidates.filter((candidate) => candidate.startsWith(name));
    const near = begun.length === 1 ? begun[0] : nearMiss(name, candidates);
    const hint = near === undefined ? '' : ` Did you mean \`greenroom ${near}\`?`;
    return badUsage(`There is no command \`greenroom ${name}\`.${hint}`, group);
}

function firstWords(commands: readonly Command[]): string[] {
    return [...new Set(namesOf(commands).map((name) => name.split(' ')[0]!))];
}

function namesOf(commands: readonly Command[]): string[] {
    return commands.filter(({ isHidden }) => isHidden !== true).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
}

import { optionsOf } from '../parse-words.js';
import type { Command, CommandOption, CommandTable, Completion } from '../command.js';

/** What the last word of a line may become. */
export interface Candidates {
    readonly words: readonly { readonly word: string; readonly summary: string }[];
    /** Whether it may be a path, which shells complete better. */
    readonly paths?: 'file' | 'directory';
}

/** What the last of the words may be completed with; the words before it are whole. */
export function candidatesFor({ commands, groups }: CommandTable, words: readonly string[]): Candidates {
    const shown = commands.filter(({ isHidden }) => isHidden !== true);
    const last = words.at(-1) ?? '';
    const before = words.slice(0, -1);
    const command = [2, 1]
        .map((length) => before.slice(0, length).join(' '))
        .flatMap((name) => shown.find((one) => one.name === name || one.aliases?.includes(name)) ?? [])[0];
    if (command) return ofCommand(command, before.slice(command.name.split(' ').length), last);
    if (before.length === 0) {
        const names = shown.filter(({ name }) => !name.includes(' '));
        return beginningWith(last, [...names, ...groups].map(toCandidate));
    }
    const prefix = `${before[0]} `;
    const members = before.length === 1 ? shown.filter(({ name }) => name.startsWith(prefix)) : [];
    return beginningWith(
        last,
        members.map(({ name, summary }) => ({ word: name.slice(prefix.length), summary })),
    );
}

function ofCommand(command: Command, before: readonly string[], last: string): Candidates {
    const options = optionsOf(command);
    const previous = findOption(options, before.at(-1) ?? '');
    if (previous?.value !== undefined) return ofValue(last, previous.choices ?? previous.completion);
    if (last.startsWith('-') && !before.includes('--')) {
        return beginningWith(
            last,
            options.map(({ name, summary }) => ({ word: `--${name}`, summary })),
        );
    }
    const isValue = (index: number): boolean => findOption(options, before[index - 1] ?? '')?.value !== undefined;
    const position = before.filter((word, index) => !word.startsWith('-') && !isValue(index)).length;
    const { arguments: declared = [] } = command;
    const argument = declared[position] ?? (declared.at(-1)?.isRepeated === true ? declared.at(-1) : undefined);
    return ofValue(last, argument?.completion);
}

function ofValue(last: string, completion: Completion | undefined): Candidates {
    if (completion === undefined) return { words: [] };
    if (typeof completion === 'string') return { words: [], paths: completion };
    return beginningWith(
        last,
        completion.map((word) => ({ word, summary: '' })),
    );
}

function findOption(options: readonly CommandOption[], word: string): CommandOption | undefined {
    return options.find(({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`));
}

function beginningWith(start: string, words: Candidates['words']): Candidates {
    return { words: words.filter(({ word }) => word.startsWith(start)) };
}

function toCandidate({ name, summary }: { name: string; summary: string }): { word: string; summary: string } {
    return { word: name, summary };
}

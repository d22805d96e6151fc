import type { Page } from '../model/api/page.js';
import type { Argument, Command, Option } from './command.js';
import { STORAGE_KINDS, type StorageRecord } from './backend/resolve.js';
import { withApi, type LocationOptions } from './backend/connect.js';
import type { ActorListItem } from '../model/client/client.js';
import type { RunListItem } from '../model/api/run.js';
import type { Cli } from './cli.js';

/** Names of each kind that are offered. */
const MOST_NAMES = 50;

/** Placeholders of paths, which the shell completes. */
const PATHS: Readonly<Record<string, string>> = {
    FILE: ':file',
    DIR: ':directory',
    folder: ':directory',
    directory: ':directory',
    actor: ':file',
};

/**
 * Returns lines for the last of the words: `word<TAB>description` for each candidate, and `:file` or `:directory` if it may be
 * a path. What an argument or option is completed with follows from its placeholder: `<run>`, `<dataset>`, `<FILE>`.
 */
export async function findCandidates(cli: Cli, program: Command, words: readonly string[]): Promise<string[]> {
    const last = words.at(-1) ?? '';
    let command = program;
    let given = words.slice(0, -1);
    for (const word of words.slice(0, -1)) {
        const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
        if (next === undefined) break;
        command = next;
        given = given.slice(1);
    }
    const commands = given.length > 0 ? [] : command.createHelp().visibleCommands(command);
    const lines =
        command.commands.length > 0
            ? commands.map((one) => `${one.name()}\t${one.summary() || one.description()}`)
            : await valueLines(cli, [...command.options, ...program.options], command, [...given, last]);
    return lines.filter((line) => line.startsWith(':') || line.startsWith(last));
}

/** Returns lines for the last of the words of a command, an option or a value; they need not start as it does. */
async function valueLines(
    cli: Cli,
    options: readonly Option[],
    command: Command,
    given: readonly string[],
): Promise<string[]> {
    const words = given.slice(0, -1);
    const previous = takingValue(options, words.at(-1));
    if (previous === undefined && given.at(-1)!.startsWith('-') && !words.includes('--'))
        return options.map(({ long, description }) => `${long}\t${description}`);
    const argument = argumentAfter(command, options, words);
    const choices = (previous ?? argument)?.argChoices;
    if (choices !== undefined) return choices.map((choice) => `${choice}\t`);
    const placeholder = (previous === undefined ? argument?.name() : /<(.*)>/.exec(previous.flags)?.[1]) ?? '';
    const names = await readNames(cli, command, placeholder).catch(() => []);
    return placeholder in PATHS ? [PATHS[placeholder]!, ...names] : names;
}

function takingValue(options: readonly Option[], word: string | undefined): Option | undefined {
    return options.find(({ short, long, required }) => required && word !== undefined && [short, long].includes(word));
}

/** Returns the argument that comes after some words. */
function argumentAfter(command: Command, options: readonly Option[], words: readonly string[]): Argument | undefined {
    const isValue = (index: number): boolean => takingValue(options, words[index - 1]) !== undefined;
    const position = words.filter((word, index) => !word.startsWith('-') && !isValue(index)).length;
    const all = command.registeredArguments;
    return all[position] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
}

/** Reads names that an argument (`run`) or option (`RUN`) may have. */
async function readNames(cli: Cli, command: Command, placeholder: string): Promise<string[]> {
    const isArgument = placeholder !== placeholder.toUpperCase();
    const name = placeholder.toLowerCase();
    const kind = STORAGE_KINDS.find((one) => one.command === name);
    if (kind === undefined && name !== 'actor' && name !== 'run') return [];
    return withApi(cli, command.opts<LocationOptions>(), async (api) => {
        const list = async <Item>(path: string, lineOf: (item: Item) => string): Promise<string[]> =>
            (await api.get<Page<Item>>(path, { limit: MOST_NAMES, desc: true })).items.map(lineOf);
        const storages =
            kind === undefined ? [] : await list<StorageRecord>(kind.path, ({ id, name: given = id }) => `${given}\t`);
        // A run stands for its default storages, except in options, which delete.
        if (kind !== undefined && !isArgument) return storages;
        const actors = await list<ActorListItem>('acts', (actor) => `${actor.name}\tActor`);
        if (name === 'actor') return actors;
        const runs = await list<RunListItem>('actor-runs', ({ id, status }) => `${id}\t${status} run`);
        return [...storages, 'last\tlatest run', ...actors, ...runs];
    });
}

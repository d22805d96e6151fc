import type { Page } from '../model/api/page.js';
import type { Argument, Command, Option } from './command.js';
import { STORAGE_KINDS, type StorageRecord } from './backend/resolve.js';
import { withApi, type LocationOptions } from './backend/connect.js';
import type { ActorListItem } from '../model/client/client.js';
import type { RunListItem } from '../model/api/run.js';
import type { Cli } from './cli.js';

/** Maximum number of names of each kind. */
const MAX_NAMES = 50;

/** Placeholders that stand for paths, which the shell completes. */
const PATHS: Readonly<Record<string, string>> = {
    FILE: ':file',
    DIR: ':directory',
    folder: ':directory',
    directory: ':directory',
    actor: ':file',
};

/**
 * Completes the last of the words. Returns a line `word<TAB>description` for each candidate, and `:file` or `:directory` if it may
 * be a path. The placeholder of an argument or option selects its candidates: `<run>`, `<dataset>`, `<FILE>`.
 */
export async function findCandidates(cli: Cli, program: Command, words: readonly string[]): Promise<string[]> {
    const last = words.at(-1) ?? '';
    let command = program;
    let args = words.slice(0, -1);
    for (const word of words.slice(0, -1)) {
        const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
        if (next === undefined) break;
        command = next;
        args = args.slice(1);
    }
    const commands = args.length > 0 ? [] : command.createHelp().visibleCommands(command);
    const lines =
        command.commands.length > 0
            ? commands.map((one) => `${one.name()}\t${one.summary() || one.description()}`)
            : await valueLines(cli, [...command.options, ...program.options], command, [...args, last]);
    return lines.filter((line) => line.startsWith(':') || line.startsWith(last));
}

/** Returns lines for the last argument of a command: options or values, not yet filtered by its beginning. */
async function valueLines(
    cli: Cli,
    options: readonly Option[],
    command: Command,
    args: readonly string[],
): Promise<string[]> {
    const words = args.slice(0, -1);
    const previous = findValueOption(options, words.at(-1));
    if (previous === undefined && args.at(-1)!.startsWith('-') && !words.includes('--'))
        return options.map(({ long, description }) => `${long}\t${description}`);
    const argument = argumentAfter(command, options, words);
    const choices = (previous ?? argument)?.argChoices;
    if (choices !== undefined) return choices.map((choice) => `${choice}\t`);
    const placeholder = (previous === undefined ? argument?.name() : /<(.*)>/.exec(previous.flags)?.[1]) ?? '';
    const names = await readNames(cli, command, placeholder).catch(() => []);
    return placeholder in PATHS ? [PATHS[placeholder]!, ...names] : names;
}

/** Returns the option that a word is, if it has a value. */
function findValueOption(options: readonly Option[], word: string | undefined): Option | undefined {
    return options.find(({ short, long, required }) => required && word !== undefined && [short, long].includes(word));
}

/** Returns the argument at the position after some words. */
function argumentAfter(command: Command, options: readonly Option[], words: readonly string[]): Argument | undefined {
    const isValue = (index: number): boolean => findValueOption(options, words[index - 1]) !== undefined;
    const position = words.filter((word, index) => !word.startsWith('-') && !isValue(index)).length;
    const all = command.registeredArguments;
    return all[position] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
}

/** Reads the names that an argument (`run`) or option (`RUN`) accepts. */
async function readNames(cli: Cli, command: Command, placeholder: string): Promise<string[]> {
    const isArgument = placeholder !== placeholder.toUpperCase();
    const name = placeholder.toLowerCase();
    const kind = STORAGE_KINDS.find((one) => one.command === name);
    if (kind === undefined && name !== 'actor' && name !== 'run') return [];
    return withApi(cli, command.opts<LocationOptions>(), async (api) => {
        const list = async <Item>(path: string, toLine: (item: Item) => string): Promise<string[]> =>
            (await api.get<Page<Item>>(path, { limit: MAX_NAMES, desc: true })).items.map(toLine);
        const storages =
            kind === undefined ? [] : await list<StorageRecord>(kind.path, ({ id, name }) => `${name ?? id}\t`);
        // In arguments, a run stands for its default storages; the options of `purge` only accept storages.
        if (kind !== undefined && !isArgument) return storages;
        const actors = await list<ActorListItem>('acts', (actor) => `${actor.name}\tActor`);
        if (name === 'actor') return actors;
        const runs = await list<RunListItem>('actor-runs', ({ id, status }) => `${id}\t${status} run`);
        return [...storages, 'last\tlatest run', ...actors, ...runs];
    });
}

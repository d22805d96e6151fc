import type { Command, Option } from './command.js';
import type { Api, ApiPage } from './engine/api.js';
import { withApi, type PlaceOptions } from './engine/connect.js';
import { STORAGE_KINDS, type StorageRecord } from './engine/storage-kinds.js';
import type { ActorListItem } from '../model/client.js';
import type { RunListItem } from '../model/run.js';
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
    const { command, rest } = findCommand(program, words.slice(0, -1));
    const starts = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith(last));
    if (command.commands.length > 0) {
        if (rest.length > 0) return [];
        return starts(command.createHelp().visibleCommands(command).map(lineOf));
    }
    const options = [...command.options, ...program.options];
    const previous = takingValue(options, rest.at(-1));
    const placeholder = previous === undefined ? argumentAfter(command, options, rest) : placeholderOf(previous);
    if (previous === undefined && last.startsWith('-') && !rest.includes('--'))
        return starts(options.map(({ long, description }) => `${long}\t${description}`));
    const choices = previous?.argChoices ?? placeholder.choices;
    if (choices !== undefined) return starts(choices.map((choice) => `${choice}\t`));
    const names = await readNames(cli, command, placeholder.name).catch(() => []);
    const path = PATHS[placeholder.name];
    return [...(path === undefined ? [] : [path]), ...starts(names)];
}

function findCommand(program: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
    let command = program;
    for (const [index, word] of words.entries()) {
        const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
        if (next === undefined) return { command, rest: words.slice(index) };
        command = next;
    }
    return { command, rest: [] };
}

interface Placeholder {
    readonly name: string;
    readonly choices?: readonly string[] | undefined;
}

function takingValue(options: readonly Option[], word: string | undefined): Option | undefined {
    return options.find(({ short, long, required }) => required && word !== undefined && [short, long].includes(word));
}

function placeholderOf({ flags, argChoices }: Option): Placeholder {
    return { name: /<(.*)>/.exec(flags)?.[1] ?? '', choices: argChoices };
}

/** Returns the argument that comes after some words. */
function argumentAfter(command: Command, options: readonly Option[], words: readonly string[]): Placeholder {
    const isValue = (index: number): boolean => takingValue(options, words[index - 1]) !== undefined;
    const position = words.filter((word, index) => !word.startsWith('-') && !isValue(index)).length;
    const all = command.registeredArguments;
    const argument = all[position] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
    return { name: argument?.name() ?? '', choices: argument?.argChoices };
}

function lineOf(command: Command): string {
    return `${command.name()}\t${command.summary() || command.description()}`;
}

/** Reads names that an argument or option may have. */
async function readNames(cli: Cli, command: Command, placeholder: string): Promise<string[]> {
    const sources: Readonly<Record<string, (api: Api) => Promise<string[]>>> = {
        actor: actorLines,
        run: runLines,
        ...Object.fromEntries(STORAGE_KINDS.map((kind) => [kind.command, storageLines(kind.path)])),
        ...Object.fromEntries(
            STORAGE_KINDS.map((kind) => [kind.command.toUpperCase(), storageLines(kind.path, false)]),
        ),
        ACTOR: actorLines,
        RUN: runLines,
    };
    const read = sources[placeholder];
    return read === undefined ? [] : withApi(cli, command.opts<PlaceOptions>(), read);
}

async function actorLines(api: Api): Promise<string[]> {
    const { items } = await api.get<ApiPage<ActorListItem>>('acts', { limit: MOST_NAMES });
    return items.map(({ name }) => `${name}\tActor`);
}

async function runLines(api: Api): Promise<string[]> {
    const { items } = await api.get<ApiPage<RunListItem>>('actor-runs', { limit: MOST_NAMES, desc: true });
    return ['last\tlatest run', ...(await actorLines(api)), ...items.map(({ id, status }) => `${id}\t${status} run`)];
}

/** Reads the names of storages, and by default the runs that stand for their default ones. */
function storageLines(path: string, includeRuns = true): (api: Api) => Promise<string[]> {
    return async (api) => {
        const { items } = await api.get<ApiPage<StorageRecord>>(path, { limit: MOST_NAMES, desc: true });
        return [...items.map(({ id, name }) => `${name ?? id}\t`), ...(includeRuns ? await runLines(api) : [])];
    };
}

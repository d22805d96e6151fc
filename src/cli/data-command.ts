import { once } from 'node:events';
import { EngineError } from '../errors/engine-error.js';
import { DATA_OPTIONS, wholeNumber } from './command.js';
import { withApi } from './backend/connect.js';
import { usageError } from './errors.js';
import { safeLine } from './ui/escape-control-characters.js';
import { formatTable, type Column } from './ui/table.js';
import { formatCount } from './ui/units.js';
import type { Page } from '../model/api/page.js';
import type { Cli } from './cli.js';
import type { AnyCommand, CommandSpec, OptionSpecs, OptionsOf } from './command.js';
import type { Api } from './backend/api.js';

/** The result of a command: the value for `--json`, and the text for people. */
export interface Result {
    readonly json: unknown;
    /** A sentence, or lines, which are only formatted if they are printed. */
    readonly text?: string | (() => readonly string[] | Promise<readonly string[]>);
    /** A dimmed remark on stderr. */
    readonly note?: string | undefined;
}

/** The part of a command that uses an engine. */
type Work = (api: Api) => Promise<Result | undefined | void>;

type DataOptions<Options> = OptionsOf<Options & typeof DATA_OPTIONS>;

interface DataCommandSpec<Options> extends Omit<CommandSpec<Options>, 'run'> {
    /** If set, a missing storage directory is created. Default: false. */
    readonly create?: boolean;
    /** Checks the command line and reads its files; the returned function is called once the engine is open. */
    run(cli: Cli, options: DataOptions<Options>, ...args: never[]): Work | Promise<Work>;
}

/** The presentation of a list. */
export interface ListView<Item> {
    /** One entry and several: `run`, `runs`. */
    readonly noun: readonly [one: string, many: string];
    readonly columns: readonly Column<Item>[];
    /** The next step for an empty list. */
    readonly whenEmpty: string;
    /** True if the command line filters the list. Default: false. */
    readonly isFiltered?: boolean;
}

/** Options of a list, which has the newest entry first. */
export const LIST_OPTIONS = {
    '-n, --limit <N>': ['maximum number of results', wholeNumber(1), 20],
    '--offset <N>': ['skip the first N', wholeNumber(0), 0],
    '--asc': 'oldest first',
    '--desc': 'newest first (default)',
} as const;

export const YES_OPTION = { '-y, --yes': 'skip confirmation' } as const;

/** Defines a command that uses an engine; it also has `--json` and the options that select the engine. */
export function defineDataCommand<const Options extends OptionSpecs>(spec: DataCommandSpec<Options>): AnyCommand {
    return {
        ...spec,
        options: { ...spec.options, ...DATA_OPTIONS },
        async run(cli: Cli, options: DataOptions<Options>, ...args: never[]) {
            const dataOptions: OptionsOf<typeof DATA_OPTIONS> = options;
            const result = await withApi(cli, dataOptions, await spec.run(cli, options, ...args), spec.create);
            if (result) await printResult(cli, result, dataOptions.json);
        },
    };
}

async function printResult({ out, err }: Cli, { json, text, note }: Result, isJson = false): Promise<void> {
    if (isJson) return out.json(json);
    if (typeof text === 'string') out.line(text);
    else for (const line of (await text?.()) ?? []) out.line(line);
    if (note !== undefined) err.line(err.paint('dim', note));
}

/**
 * Asks for confirmation of an irreversible action: `Delete 3 runs?`. If the reply is no, the exit code is 1.
 *
 * @throws EngineError `confirmation-needed` without a terminal and without `--yes`.
 */
export async function confirm(cli: Cli, question: string, { yes = false }: { yes?: boolean }): Promise<boolean> {
    const { stdin, err } = cli;
    if (yes) return true;
    if (!stdin.isTTY || !err.isInteractive)
        throw new EngineError('confirmation-needed', `${question} No terminal for confirmation; pass --yes.`);
    const { createInterface } = await import('node:readline/promises');
    const prompt = createInterface({ input: stdin, output: process.stderr });
    // Ctrl+C and Ctrl+D count as no.
    const closed = once(prompt, 'close').then(() => '');
    const reply = prompt.question(`${question} [y/N] `).catch(() => '');
    const answer = await Promise.race([reply, closed]);
    prompt.close();
    if (/^y(?:es)?$/i.test(answer.trim())) return true;
    err.line('Nothing was changed.');
    cli.exitCode = 1;
    return false;
}

/** Returns the range and order of a list, as the API's parameters. */
export function listQuery({ limit, offset, asc, desc }: OptionsOf<typeof LIST_OPTIONS>) {
    if (asc && desc) throw usageError('--asc and --desc cannot be combined. Leave one of them out.');
    return { limit, offset, desc: !asc };
}

/** Returns a page of a list as a table, with a note of the number of further entries. */
export function listResult<Item>(cli: Cli, page: Page<Item>, view: ListView<Item>): Result {
    return {
        json: page,
        text: () => formatTable(cli.out, page.items, view.columns),
        note: formatNote(page, view),
    };
}

/** Returns a record as lines with labels; those without a value are left out. */
export function recordResult({ out }: Cli, json: unknown, lines: Readonly<Record<string, string | undefined>>): Result {
    const shown = Object.entries(lines).filter((line): line is [string, string] => Boolean(line[1]));
    const width = Math.max(...shown.map(([label]) => label.length));
    return {
        json,
        text: () => shown.map(([label, value]) => `${out.paint('bold', label.padEnd(width))}  ${safeLine(value)}`),
    };
}

function formatNote<Item>({ items, total, offset }: Page<Item>, view: ListView<Item>): string | undefined {
    const count = formatCount(total, ...view.noun);
    const end = offset + items.length;
    if (total === 0) return view.isFiltered ? `No matching ${view.noun[1]}.` : `No ${view.noun[1]}. ${view.whenEmpty}`;
    if (items.length === 0) return `--offset ${offset} skips all ${count}.`;
    if (total <= items.length) return undefined;
    const range = offset === 0 ? String(items.length) : `${offset + 1} to ${end}`;
    const more = end < total ? ` See more with --offset ${end} or --limit N.` : '';
    return `${range} of ${count}.${more}`;
}

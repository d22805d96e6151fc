import { InvalidArgumentError, Option, type Command } from 'commander';
import { didYouMean } from '../util/check.js';
import type { Cli } from './cli.js';

export { Command, CommanderError, InvalidArgumentError } from 'commander';
export type { Argument, Option } from 'commander';

/** Parses the text of an option; `previous` is the value of the earlier occurrences. */
type Parser = (text: string, previous: never) => unknown;

/** Options by their flags: a text, or a text with a parser or the allowed values, and a default. */
export type OptionSpecs = Readonly<
    Record<string, string | readonly [text: string, parse: Parser | readonly string[], initial?: unknown]>
>;

/** Arguments by their placeholders: a text, or a text with a default or the allowed values. */
type ArgumentSpecs = Readonly<Record<string, string | readonly [text: string, initial: string | readonly string[]]>>;

type CamelCase<Name> = Name extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Name;

/** `--max-items <N>` is `maxItems`. */
type OptionName<Flags> = Flags extends `${string}--${infer Name} ${string}`
    ? CamelCase<Name>
    : Flags extends `${string}--${infer Name}`
      ? CamelCase<Name>
      : never;

type OptionValue<Flags, Spec> = Spec extends readonly [string, readonly (infer Choice)[], ...unknown[]]
    ? Choice
    : Spec extends readonly [string, (...args: never[]) => infer Value, ...unknown[]]
      ? Value
      : Flags extends `${string}>`
        ? string
        : boolean;

/** The values of options, by their names; one with a default always has a value. */
export type OptionsOf<Specs> = {
    readonly [Flags in keyof Specs as OptionName<Flags>]?: OptionValue<Flags, Specs[Flags]>;
} & {
    readonly [
        Flags in keyof Specs as Specs[Flags] extends readonly [string, unknown, unknown] ? OptionName<Flags> : never
    ]: OptionValue<Flags, Specs[Flags]>;
};

/** A command: its help, and the function that runs with its options and arguments. */
export interface CommandSpec<Options = OptionSpecs> {
    /** Default: the summary of the command. */
    readonly description?: string;
    readonly aliases?: readonly string[];
    readonly args?: ArgumentSpecs;
    readonly options?: Options;
    /** Example command lines, each with its summary. */
    readonly examples?: Readonly<Record<string, string>>;
    run(cli: Cli, options: OptionsOf<Options>, ...args: never[]): Promise<void> | void;
}

/** A command with any arguments and options. */
export type AnyCommand = Omit<CommandSpec, 'run'> & {
    run(cli: Cli, options: never, ...args: never[]): Promise<void> | void;
};

/** A command, or a group of commands by their names. */
export type CommandEntry = AnyCommand | { readonly commands: Readonly<Record<string, AnyCommand>> };

/** Options of every command that reads or changes data. */
export const STORAGE_OPTION = {
    '-s, --storage <DIR>': 'storage directory (env: GREENROOM_STORAGE, default: "./.greenroom")',
} as const;

export const LOCATION_OPTIONS = {
    ...STORAGE_OPTION,
    '--url <URL>': 'running server to use instead of a directory (env: GREENROOM_URL)',
    '--token <TOKEN>': 'token for --url (env: GREENROOM_TOKEN)',
} as const;

export const DATA_OPTIONS = { '--json': 'print JSON', ...LOCATION_OPTIONS } as const;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Defines a command. The types of its options are inferred from their flags. */
export function defineCommand<const Options extends OptionSpecs>(spec: CommandSpec<Options>): AnyCommand {
    return spec;
}

/** Adds a command, or the commands of a group, to a program. */
export function addEntry(command: Command, entry: CommandEntry, cli: Cli): void {
    if (!('commands' in entry)) return addCommand(command, entry, cli);
    command.helpCommand('help [command]', 'show the help of a command');
    for (const [name, one] of Object.entries(entry.commands)) addEntry(command.command(name), one, cli);
}

function addCommand(command: Command, spec: AnyCommand, cli: Cli): void {
    const { description = command.summary(), aliases = [], args = {}, options = {}, examples = {} } = spec;
    command.description(description).aliases(aliases);
    for (const [placeholder, one] of Object.entries(args)) {
        const [text, initial] = typeof one === 'string' ? [one] : one;
        const argument = command.createArgument(placeholder, text);
        command.addArgument(typeof initial === 'object' ? argument.choices(initial) : argument.default(initial));
    }
    for (const [flags, one] of Object.entries(options)) command.addOption(createOption(flags, one));
    command.action((...values: unknown[]) => {
        // The last two are the options and the command.
        const operands = [...values.slice(0, -2), command];
        return spec.run(cli, command.opts(), ...(operands as never[]));
    });
    const lines = Object.entries(examples).flatMap(([line, summary]) => [`  # ${summary}`, `  ${line}`]);
    if (lines.length > 0) command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}

function createOption(flags: string, spec: OptionSpecs[string]): Option {
    if (typeof spec === 'string') return new Option(flags, spec);
    const [text, parse, initial] = spec;
    const option = new Option(flags, text).default(initial);
    if (typeof parse === 'function') return option.argParser(parse as (text: string) => unknown);
    return option.choices(parse).argParser((value) => choice(value, parse));
}

/** Parses one of a fixed set of values; the error for another one suggests the nearest. */
export function choice(value: string, allowed: readonly string[]): string {
    if (allowed.includes(value)) return value;
    throw new InvalidArgumentError(`Allowed choices are ${allowed.join(', ')}.${didYouMean(value, allowed)}`);
}

/** Returns the name of a command with those of its group and the program. */
export function getFullName(command: Command): string {
    return command.parent === null ? command.name() : `${getFullName(command.parent)} ${command.name()}`;
}

/** Collects the values of a repeatable option. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
    return [...previous, value];
}

/** Returns a parser of whole numbers within bounds. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
    return (text) => {
        const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
        if (value >= min && value <= max) return value;
        const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
        throw new InvalidArgumentError(`It must be a whole number, ${range}.`);
    };
}

/** Parses a size of memory in megabytes: `512`, `512MB`, `1GB`. */
export function megabytes(text: string): number {
    const [, amount, unit = 'mb'] = /^(\d+(?:\.\d+)?)\s*(mb?|gb?|mib|gib)?$/i.exec(text) ?? [];
    if (amount === undefined) throw new InvalidArgumentError('It must be megabytes: 512, 512MB or 1GB.');
    return Number(amount) * (/^g/i.test(unit) ? 1024 : 1);
}

/** Parses a time span in seconds: `90`, `90s`, `5m`, `1h30m`. */
export function seconds(text: string): number {
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
    if (!/^(\d+(\.\d+)?[smhd])+$/i.test(text))
        throw new InvalidArgumentError('It must be a time: 90 (seconds), 90s, 5m or 1h30m.');
    return [...text.matchAll(/([\d.]+)([smhd])/gi)].reduce(
        (sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit!.toLowerCase()]!,
        0,
    );
}

/** Parses an amount of money. */
export function amount(text: string): number {
    if (/^\d*\.?\d+$/.test(text)) return Number(text);
    throw new InvalidArgumentError('It must be a number, such as 0.5.');
}

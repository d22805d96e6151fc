import { Command as BaseCommand, InvalidArgumentError, Option } from 'commander';
import { didYouMean } from '../util/check.js';
import { badUsage } from './errors.js';

export { CommanderError, InvalidArgumentError } from 'commander';
export type { BaseCommand, Option };

/** Names a storage directory or a running engine. */
export interface PlaceOptions {
    readonly storage?: string;
    readonly url?: string;
    readonly token?: string;
}

/** Options of every command that reads or changes data. */
export interface DataOptions extends PlaceOptions {
    readonly json?: boolean;
}

/** Options of every command that lists records. */
export interface ListOptions extends DataOptions {
    readonly limit: number;
    readonly offset: number;
    readonly asc?: boolean;
    readonly desc?: boolean;
}

/** Options of every command that deletes. */
export interface DeleteOptions extends DataOptions {
    readonly yes?: boolean;
}

const LIST_LIMIT = 20;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A command of commander, with the options that several commands have. */
export class Command extends BaseCommand {
    override createCommand(name?: string): Command {
        return new Command(name);
    }

    /** Adds examples to the help. */
    examples(...all: readonly (readonly [line: string, summary: string])[]): this {
        const lines = all.flatMap(([line, summary]) => [`  # ${summary}`, `  ${line}`]);
        return this.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
    }

    /** Adds an option with a fixed set of values; a wrong one is refused with the nearest. */
    choice(flags: string, description: string, values: readonly string[]): this {
        const option = new Option(flags, description).choices(values).argParser((value) => {
            if (values.includes(value)) return value;
            throw new InvalidArgumentError(`Allowed choices are ${values.join(', ')}.${didYouMean(value, values)}`);
        });
        return this.addOption(option);
    }

    /** Adds `--storage`. */
    storageOption(): this {
        const text = 'storage directory (env: GREENROOM_STORAGE, default: "./.greenroom")';
        return this.option('-s, --storage <DIR>', text);
    }

    /** Adds `--storage`, `--url` and `--token`. */
    placeOptions(): this {
        return this.storageOption()
            .option('--url <URL>', 'running engine to use instead of a directory (env: GREENROOM_URL)')
            .option('--token <TOKEN>', 'token for --url (env: GREENROOM_TOKEN)');
    }

    /** Adds `--json` and the options of the place. */
    dataOptions(): this {
        return this.option('--json', 'print JSON').placeOptions();
    }

    /** Adds the options of a list, which has the newest entry first. */
    listOptions(): this {
        return this.option('-n, --limit <N>', 'maximum number of results', wholeNumber(1), LIST_LIMIT)
            .option('--offset <N>', 'skip the first N', wholeNumber(0), 0)
            .option('--asc', 'oldest first')
            .option('--desc', 'newest first (default)')
            .dataOptions();
    }

    /** Adds `--yes` and the options of data. */
    deleteOptions(): this {
        return this.option('-y, --yes', 'skip confirmation').dataOptions();
    }
}

/** Returns the name of a command with that of its group and the program. */
export function fullName(command: BaseCommand): string {
    return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** Returns the range and order of a list, as the API's parameters. */
export function listQuery({ limit, offset, asc, desc }: ListOptions): { limit: number; offset: number; desc: boolean } {
    if (asc && desc) throw badUsage('--asc and --desc are opposites. Leave one of them out.');
    return { limit, offset, desc: !asc };
}

/** Parses an option that may be repeated. */
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

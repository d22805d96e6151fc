import { COMMON_OPTIONS } from './common-options.js';
import { commandsIn } from './find-command.js';
import { wrapText } from './terminal/wrap-text.js';
import type { Command, CommandArgument, CommandGroup, CommandOption, CommandTable } from './command.js';
import type { Output } from './terminal/output.js';

const INDENT = '  ';
const MAX_WIDTH = 100;
const LABEL_WIDTH = 26;

/** The help of the program: what it can do, and how one begins. */
export function programHelp(table: CommandTable, output: Output, version: string): string {
    const shown = table.commands.filter(({ isHidden }) => isHidden !== true);
    const alone = shown.filter(({ name }) => !name.includes(' '));
    return lines(
        `${output.paint('bold', 'greenroom')} ${version}: runs Apify Actors on your own machine, without Docker and without the cloud.`,
        '',
        title(output, 'Usage'),
        `${INDENT}greenroom COMMAND [ARGUMENTS] [OPTIONS]`,
        '',
        title(output, 'Commands'),
        ...alone.flatMap(({ name, summary }) => entry(output, name, summary)),
        ...(table.groups.length > 0 ? ['', title(output, 'Groups of commands')] : []),
        ...table.groups.flatMap(({ name, summary }) => entry(output, `${name} …`, summary)),
        '',
        title(output, 'Options'),
        ...COMMON_OPTIONS.flatMap((option) => entry(output, labelOf(option), option.summary)),
        ...entry(output, '    --version', 'Show the version.'),
        '',
        title(output, 'Begin with'),
        ...entry(output, 'greenroom init my-actor', 'A new Actor from a template.'),
        ...entry(output, 'greenroom run my-actor', 'Run it.'),
        ...entry(output, 'greenroom dev', 'Run it from a console in the browser.'),
        '',
        'See `greenroom COMMAND --help` for more on one.',
    );
}

/** The help of a group. */
export function groupHelp(table: CommandTable, group: CommandGroup, output: Output): string {
    const members = commandsIn(table, group);
    return lines(
        group.summary,
        '',
        title(output, 'Commands'),
        ...members.flatMap(({ name, summary }) => entry(output, name, summary)),
        '',
        title(output, 'Examples'),
        ...members.flatMap(({ examples }) => examples.slice(0, 1)).flatMap((one) => example(output, one)),
        '',
        `See \`greenroom ${group.name} COMMAND --help\` for more on one.`,
    );
}

/** The help of one command. */
export function commandHelp(command: Command, output: Output): string {
    const { aliases = [], summary, description = [], arguments: args = [], options = [], examples } = command;
    const width = Math.min(output.width, MAX_WIDTH);
    return lines(
        summary,
        '',
        title(output, 'Usage'),
        `${INDENT}${usageOf(command)}`,
        ...(aliases.length > 0 ? [`${INDENT}also: ${aliases.map((alias) => `greenroom ${alias}`).join(', ')}`] : []),
        ...description.flatMap((paragraph) => ['', ...wrapText(paragraph, width)]),
        ...(args.length > 0 ? ['', title(output, 'Arguments')] : []),
        ...args.flatMap((one) => entry(output, one.name, one.summary)),
        ...(options.length > 0 ? ['', title(output, 'Options')] : []),
        ...options.flatMap((option) => entry(output, labelOf(option), summaryOf(option))),
        '',
        title(output, 'Common options'),
        ...COMMON_OPTIONS.flatMap((option) => entry(output, labelOf(option), option.summary)),
        '',
        title(output, 'Examples'),
        ...examples.flatMap((one) => example(output, one)),
    );
}

/** `greenroom run [actor] [key=value…] [options]`. */
export function usageOf({ name, arguments: args = [] }: Command): string {
    return ['greenroom', name, ...args.map(placeOf), '[options]'].join(' ');
}

/** `-m, --memory MB`. */
export function labelOf({ name, short, value }: CommandOption): string {
    return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

/** What an option is for, with its choices, default and whether it may be repeated. */
export function summaryOf({ summary, choices, default: byDefault, isRepeated }: CommandOption): string {
    const more = [
        ...(choices ? [`One of ${choices.join(', ')}.`] : []),
        ...(byDefault === undefined ? [] : [`Default: ${byDefault}.`]),
        ...(isRepeated ? ['May be repeated.'] : []),
    ];
    return [summary, ...more].join(' ');
}

function placeOf({ name, isRequired, isRepeated }: CommandArgument): string {
    const place = isRepeated ? `${name}…` : name;
    return isRequired ? place : `[${place}]`;
}

function title(output: Output, text: string): string {
    return output.paint('bold', text);
}

/** A label, and beside it what it stands for; below it if the label is long. */
function entry(output: Output, label: string, summary: string): string[] {
    const column = INDENT.length + LABEL_WIDTH;
    const wrapped = wrapText(summary, Math.max(24, Math.min(output.width, MAX_WIDTH) - column));
    const margin = ' '.repeat(column);
    const painted = INDENT + output.paint('cyan', label);
    const isLong = label.length > LABEL_WIDTH - 2;
    const [first = '', ...more] = wrapped;
    const rest = more.map((line) => margin + line);
    if (isLong) return [painted, margin + first, ...rest];
    return [painted + ' '.repeat(LABEL_WIDTH - label.length) + first, ...rest];
}

function example(output: Output, { line, summary }: { line: string; summary: string }): string[] {
    return [`${INDENT}${output.paint('dim', `# ${summary}`)}`, `${INDENT}${line}`];
}

function lines(...all: readonly string[]): string {
    return all.join('\n');
}

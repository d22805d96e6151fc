import { parseArgs } from 'node:util';
import { didYouMean, nearMiss } from '../util/check.js';
import { badUsage } from './bad-usage.js';
import { COMMON_OPTIONS } from './common-options.js';
import { ParsedWords } from './parsed-words.js';
import type { EngineError } from '../errors/engine-error.js';
import type { Command, CommandOption } from './command.js';

/** All options of a command, its own first. */
export function optionsOf(command: Command): readonly CommandOption[] {
    return [...(command.options ?? []), ...COMMON_OPTIONS];
}

/**
 * Reads the words after the name of a command: options anywhere, arguments in order, all arguments after `--`.
 *
 * @throws EngineError `bad-usage`, which names the nearest option for one that does not exist.
 */
export function parseWords(command: Command, words: readonly string[]): ParsedWords {
    const options = optionsOf(command);
    const { tokens } = parseArgs({
        args: [...words],
        options: Object.fromEntries(
            options.map(({ name, short, value }) => [
                name,
                { type: value === undefined ? 'boolean' : 'string', multiple: true, ...(short && { short }) } as const,
            ]),
        ),
        // Its own complaints know neither the command nor what was meant.
        strict: false,
        tokens: true,
    });
    const args: string[] = [];
    const given = new Map<string, (string | true)[]>();
    for (const token of tokens) {
        if (token.kind === 'positional') args.push(token.value);
        if (token.kind !== 'option') continue;
        const option = options.find(({ name }) => name === token.name);
        if (option === undefined) throw unknownOption(command, token.rawName, options);
        const value = valueOf(command, option, token, options);
        given.set(option.name, [...(given.get(option.name) ?? []), value]);
    }
    if (!given.has('help')) checkNumberOfArguments(command, args);
    return new ParsedWords(command.name, new Set(options.map(({ name }) => name)), args, given);
}

interface OptionToken {
    readonly rawName: string;
    readonly value?: string | undefined;
    readonly inlineValue?: boolean | undefined;
}

function valueOf(
    command: Command,
    option: CommandOption,
    { rawName, value, inlineValue }: OptionToken,
    options: readonly CommandOption[],
): string | true {
    if (option.value === undefined) {
        if (value === undefined) return true;
        throw badUsage(
            `${rawName} is a flag and takes no value, but was given '${value}'. Leave the value out.`,
            command.name,
        );
    }
    const isOption =
        inlineValue !== true && options.some(({ name, short }) => [`--${name}`, `-${short}`].includes(value ?? ''));
    if (value === undefined || isOption) {
        throw badUsage(`${rawName} needs a value: ${rawName} ${option.value}.`, command.name);
    }
    if (option.choices && !option.choices.includes(value)) {
        const hint = didYouMean(value, option.choices);
        throw badUsage(
            `${rawName} is '${value}', but must be one of ${option.choices.join(', ')}.${hint}`,
            command.name,
        );
    }
    return value;
}

function unknownOption(command: Command, given: string, options: readonly CommandOption[]): EngineError {
    const near = nearMiss(
        given.replace(/^-+/, ''),
        options.map(({ name }) => name),
    );
    const hint = near === undefined || !given.startsWith('--') ? '' : ` Did you mean --${near}?`;
    return badUsage(`\`greenroom ${command.name}\` has no option ${given}.${hint}`, command.name);
}

function checkNumberOfArguments(command: Command, args: readonly string[]): void {
    const { arguments: declared = [], name } = command;
    const missing = declared.find(({ isRequired }, index) => isRequired === true && args[index] === undefined);
    if (missing) {
        throw badUsage(`\`greenroom ${name}\` needs the argument ${missing.name}: ${missing.summary}`, name);
    }
    if (declared.at(-1)?.isRepeated === true || args.length <= declared.length) return;
    const most =
        declared.length === 0
            ? 'no arguments'
            : declared.length === 1
              ? 'one argument'
              : `${declared.length} arguments`;
    throw badUsage(
        `\`greenroom ${name}\` takes ${most}, but '${args[declared.length]}' is one more. Quote what belongs together.`,
        name,
    );
}

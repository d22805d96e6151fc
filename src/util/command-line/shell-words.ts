/*
 * The part of POSIX shell syntax that start commands use. A word keeps its quotes and variables until it is expanded, because
 * only a run knows its variables.
 */

/** A simple command of a shell line. */
export interface ShellCommand {
    /** The command as written. */
    text: string;
    /** The words with their quotes and variables. */
    words: string[];
    /** Redirections, such as `2>&1`. */
    redirections: string[];
}

const REDIRECTION = String.raw`\d*(?:&>>?|>>?|<)(?:&\d+|\s*(?:"[^"]*"|'[^']*'|[^\s;|&()"'])+)`;
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"|'[^']*'`;
const SUBSTITUTION = String.raw`\$\([^()]*\)|\`[^\`]*\``;
const TOKEN = new RegExp(
    String.raw`(?<redirection>${REDIRECTION})|(?<operator>&&|\|\||[;|&\n()])|` +
        String.raw`(?<word>(?:${QUOTED}|${SUBSTITUTION}|\\.|[^\s;|&()"'\\])+)|.`,
    'gs',
);

/** Splits a shell line into its commands. Operators between them are dropped. */
export function splitShellCommands(line: string): ShellCommand[] {
    const commands: ShellCommand[] = [];
    let start = 0;
    let words: string[] = [];
    let redirections: string[] = [];
    const finish = (end: number): void => {
        if (words.length > 0) commands.push({ text: line.slice(start, end).trim(), words, redirections });
        [words, redirections] = [[], []];
    };
    for (const { index, 0: text, groups = {} } of line.matchAll(TOKEN)) {
        if (groups['operator'] !== undefined) {
            finish(index);
            start = index + text.length;
        } else if (groups['redirection'] !== undefined) redirections.push(text);
        else if (groups['word'] !== undefined) words.push(text);
    }
    finish(line.length);
    return commands;
}

/** Returns a word that expands to exactly this text. */
export function quoteShellWord(text: string): string {
    return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** True if a word contains a command substitution, whose result only a shell can know. */
export function hasSubstitution(word: string): boolean {
    return /\$\(|`/.test(word.replaceAll(/'[^']*'|\\./gs, ''));
}

const VARIABLE = String.raw`\$(?:(\w+|[@*#?$!])|\{(\w+)(?:(:?[-+])([^}]*))?\})`;
const PIECE = new RegExp(String.raw`'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|${VARIABLE}|[^'"\\$]+|.`, 'gs');
const PIECE_IN_QUOTES = new RegExp(String.raw`\\([\\$"\`\n])|${VARIABLE}|[^\\$]+|.`, 'gs');

/** Returns the value of a variable. */
export type FindVariable = (name: string) => string | undefined;

/**
 * Expands a word as a shell does: resolves variables, removes quotes, and splits the values of variables outside of quotes.
 *
 * @returns No word if it consists of variables that are not set.
 */
export function expandShellWord(word: string, find: FindVariable): string[] {
    const words: string[] = [];
    let current: string | undefined;
    const append = (text: string): void => {
        current = (current ?? '') + text;
    };
    for (const [piece, single, double, escaped, ...variable] of word.matchAll(PIECE)) {
        if (single !== undefined) append(single);
        else if (double !== undefined) append(expandQuoted(double, find));
        else if (escaped !== undefined) append(escaped);
        else if (!isVariable(variable)) append(piece);
        else {
            const [first = '', ...others] = valueOf(variable, find).split(/[ \t\n]+/);
            if (first !== '') append(first);
            for (const other of others) {
                if (current !== undefined) words.push(current);
                current = other === '' ? undefined : other;
            }
        }
    }
    return current === undefined ? words : [...words, current];
}

/** Expands the value of an assignment, such as `A=$B`, which a shell does not split. */
export function expandShellValue(word: string, find: FindVariable): string {
    const pieces = [...word.matchAll(PIECE)].map(([piece, single, double, escaped, ...variable]) => {
        if (double !== undefined) return expandQuoted(double, find);
        return single ?? escaped ?? (isVariable(variable) ? valueOf(variable, find) : piece);
    });
    return pieces.join('');
}

function expandQuoted(text: string, find: FindVariable): string {
    return text.replaceAll(PIECE_IN_QUOTES, (piece: string, escaped?: string, ...rest: unknown[]) => {
        const variable = rest.slice(0, 4) as VariableMatch;
        return escaped ?? (isVariable(variable) ? valueOf(variable, find) : piece);
    });
}

/** The name of a `$NAME`, or the name, operator and operand of a `${NAME:-operand}`. */
type VariableMatch = (string | undefined)[];

function isVariable([plain, braced]: VariableMatch): boolean {
    return plain !== undefined || braced !== undefined;
}

function valueOf([plain, braced, operator, operand = '']: VariableMatch, find: FindVariable): string {
    const value = find(plain ?? braced!);
    const isSet = value !== undefined && (value !== '' || operator?.startsWith(':') !== true);
    if (operator?.endsWith('+') === true) return isSet ? expandQuoted(operand, find) : '';
    return isSet || operator === undefined ? (value ?? '') : expandQuoted(operand, find);
}

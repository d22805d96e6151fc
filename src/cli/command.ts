import type { ParsedWords } from './parsed-words.js';
import type { Terminal } from './terminal/terminal.js';

/*
 * Commands are data: help, hints for mistyped words, shell completion and `docs/command-line.md` come out of the same table.
 * What a command does is loaded when it is called, so that the table alone is quick to read.
 */

/** What a word of the command line may be completed with. */
export type Completion = 'file' | 'directory' | readonly string[];

/** A word that a command takes besides its options. */
export interface CommandArgument {
    /** As help shows it: `actor`. */
    readonly name: string;
    readonly summary: string;
    /** Default: false. */
    readonly isRequired?: boolean;
    /** Whether there may be several; only of the last one. Default: false. */
    readonly isRepeated?: boolean;
    readonly completion?: Completion;
}

/** An option: a flag, or one with a value. */
export interface CommandOption {
    /** Without the dashes. */
    readonly name: string;
    /** One letter. */
    readonly short?: string;
    /** What its value is, as help shows it: `MB`. Default: it is a flag, which has none. */
    readonly value?: string;
    readonly summary: string;
    /** The words that its value may be; others are refused. */
    readonly choices?: readonly string[];
    /** The default, as help shows it. */
    readonly default?: string;
    /** Whether it may be given several times. Default: false. */
    readonly isRepeated?: boolean;
    readonly completion?: Completion;
}

/** A call that help shows. */
export interface CommandExample {
    /** The whole line: `greenroom run --memory 512`. */
    readonly line: string;
    readonly summary: string;
}

/** One command. */
export interface Command {
    /** One or two words: `run`, `dataset ls`. */
    readonly name: string;
    /** Other names: `dataset list`. */
    readonly aliases?: readonly string[];
    /** One line, for lists of commands. */
    readonly summary: string;
    /** More of it, as paragraphs, for its own help. */
    readonly description?: readonly string[];
    readonly arguments?: readonly CommandArgument[];
    /** Besides those that every command has. */
    readonly options?: readonly CommandOption[];
    readonly examples: readonly CommandExample[];
    /** Whether lists and completion leave it out. Default: false. */
    readonly isHidden?: boolean;
    /** Loads what it does. */
    readonly load: () => Promise<CommandAction>;
}

/** What a command is called with. */
export interface CommandCall {
    readonly words: ParsedWords;
    readonly terminal: Terminal;
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Absolute. */
    readonly cwd: string;
    /** The command and all others. */
    readonly table: CommandTable;
}

/** Does what a command is for. What it returns is the exit code; nothing is 0. */
export type CommandAction = (call: CommandCall) => Promise<number | void>;

/** All that the program can do. */
export interface CommandTable {
    readonly commands: readonly Command[];
    readonly groups: readonly CommandGroup[];
}

/** Several commands with the same first word. */
export interface CommandGroup {
    /** `dataset`. */
    readonly name: string;
    readonly summary: string;
}

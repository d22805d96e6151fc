import { COMMANDS } from './commands.js';
import { findCommand } from './find-command.js';
import { commandHelp, groupHelp, programHelp } from './help.js';
import { parseWords } from './parse-words.js';
import { readVersion } from './read-version.js';
import { reportError } from './report-error.js';
import { openTerminal, type Terminal, type TerminalStreams } from './terminal/terminal.js';

/** The process that a command line was given to. */
export interface CommandLine {
    /** Without the program itself. */
    readonly words: readonly string[];
    readonly streams: TerminalStreams;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cwd: string;
}

/**
 * Does what a command line says.
 *
 * @returns The exit code: 0 when all went well, 2 for a command line that cannot be understood, else that of the command.
 */
export async function runCommandLine({ words, streams, env, cwd }: CommandLine): Promise<number> {
    const terminal = openTerminal(streams, { env, isPlain: beforeDashes(words).includes('--no-color') });
    const isVerbose = beforeDashes(words).includes('--verbose') || isSet(env['GREENROOM_DEBUG']);
    try {
        const isAnswered = answerAtOnce(words, terminal);
        if (isAnswered) return 0;
        const found = findCommand(COMMANDS, words);
        if (found.kind === 'group') {
            terminal.out.line(groupHelp(COMMANDS, found.group, terminal.out));
            return 0;
        }
        const parsed = parseWords(found.command, found.rest);
        if (parsed.flag('help')) {
            terminal.out.line(commandHelp(found.command, terminal.out));
            return 0;
        }
        const action = await found.command.load();
        return (await action({ words: parsed, terminal, env, cwd, table: COMMANDS })) ?? 0;
    } catch (error) {
        const isJson = beforeDashes(words).includes('--json');
        return reportError(error, terminal.err, { isVerbose, isJson });
    }
}

/** What is asked of the program itself and not of a command. */
function answerAtOnce(words: readonly string[], terminal: Terminal): boolean {
    const [first, ...rest] = words;
    if (first === '--version' || first === '-v' || first === '-V') {
        terminal.out.line(readVersion());
        return true;
    }
    if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
        terminal.out.line(programHelp(COMMANDS, terminal.out, readVersion()));
        return true;
    }
    if (first !== 'help') return false;
    const found = findCommand(COMMANDS, rest);
    terminal.out.line(
        found.kind === 'group'
            ? groupHelp(COMMANDS, found.group, terminal.out)
            : commandHelp(found.command, terminal.out),
    );
    return true;
}

function beforeDashes(words: readonly string[]): readonly string[] {
    const end = words.indexOf('--');
    return end === -1 ? words : words.slice(0, end);
}

function isSet(value: string | undefined): boolean {
    return value !== undefined && value !== '' && value !== '0';
}

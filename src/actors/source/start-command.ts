import { NO_CONTEXT, parseModule, type Assignment, type CommandContext } from './module-command.js';
import type { NodeOption } from '../../util/command-line/node-options.js';
import type { Runner, StartCommand } from './module-command.js';
import {
    expandShellValue,
    expandShellWord,
    splitShellCommands,
    type FindVariable,
    type ShellCommand,
} from '../../util/command-line/shell-words.js';

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);

const PACKAGE_MANAGERS = new Set(['npm', 'yarn', 'pnpm']);

const MODULE_RUNNERS = new Map<string, Runner>([
    ['node', 'node'],
    ['nodejs', 'node'],
    ['tsx', 'tsx'],
    ['ts-node', 'ts-node'],
    ['ts-node-esm', 'ts-node'],
]);

const WRAPPERS = new Set(
    (
        'env cross-env cross-env-shell exec npx pnpx corepack time nice nohup stdbuf dotenv dumb-init tini catatonit ' +
        'xvfb-run docker-entrypoint.sh entrypoint.sh'
    ).split(' '),
);

/** Commands without an effect on the Actor: a virtual display is not needed, because browsers run headless. */
const HARMLESS = new Set('start_xvfb_and_run_cmd.sh Xvfb echo printf true : exit set wait'.split(' '));

const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;

/**
 * Parses commands that run one after another. The start command is the last one that runs a module or a script: earlier ones
 * prepare, later ones clean up.
 *
 * @param find - Returns the variables that are known before a run.
 * @returns Undefined if there is nothing to run.
 * @throws EngineError `actor-source-invalid` for a command that only a shell can run.
 */
export function parseCommands(
    commands: readonly ShellCommand[],
    find: FindVariable = () => undefined,
): StartCommand | undefined {
    const context: CommandContext = { ...NO_CONTEXT, assignments: [] };
    const parsed: { text: string; program: string; command: StartCommand }[] = [];
    for (const { text, words, redirections } of commands) {
        const start = words.findIndex((word) => !ASSIGNMENT.test(word));
        const program = start === -1 ? '' : programName(expandShellValue(words[start]!, find));
        if (program === 'cd') {
            context.directory = joinDirectories(context.directory, expandShellValue(words[start + 1] ?? '', find));
        } else if (program === 'export' || start === -1) context.assignments.push(...assignmentsOf(words));
        else {
            const command = parseCommand(words, find);
            const outer = { ...context, assignments: [...context.assignments], ignored: redirections };
            if (command) parsed.push({ text, program, command: withContext(command, outer) });
        }
    }
    const relevant = parsed.filter(({ program }) => !HARMLESS.has(program));
    const started = relevant.findLast(({ command }) => command.type !== 'foreign') ?? relevant.at(-1);
    const ignored = relevant.filter((other) => other !== started).map(({ text }) => text);
    return started && withContext(started.command, { ...NO_CONTEXT, ignored });
}

function assignmentsOf(words: readonly string[]): Assignment[] {
    return words
        .map((word) => ASSIGNMENT.exec(word))
        .filter((match) => match !== null)
        .map(([, name, value]): Assignment => [name!, value!]);
}

/** Adds the context in which a command runs to the one that the command sets. */
export function withContext<Command extends StartCommand>(command: Command, outer: CommandContext): Command {
    if (command.type === 'foreign') return command;
    const directory = joinDirectories(outer.directory, command.directory);
    return {
        ...command,
        assignments: [...outer.assignments, ...command.assignments],
        ignored: [...outer.ignored, ...command.ignored],
        ...(directory !== undefined && { directory }),
    };
}

function joinDirectories(outer: string | undefined, inner: string | undefined): string | undefined {
    if (outer === undefined || inner === undefined || inner.startsWith('/')) return inner ?? outer;
    return `${outer}/${inner}`;
}

function parseCommand(words: readonly string[], find: FindVariable): StartCommand | undefined {
    const start = words.findIndex((word) => !ASSIGNMENT.test(word));
    if (start === -1) return undefined;
    const command = parseProgram(words[start]!, words.slice(start + 1), find);
    return command && withContext(command, { ...NO_CONTEXT, assignments: assignmentsOf(words.slice(0, start)) });
}

function parseProgram(word: string, rest: readonly string[], find: FindVariable): StartCommand | undefined {
    const program = programName(expandShellValue(word, find));
    const runner = MODULE_RUNNERS.get(program);
    if (runner) return parseModule(program, runner, rest, find);
    if (PACKAGE_MANAGERS.has(program)) return parsePackageManager(program, rest, find);
    if (SHELLS.has(program)) return parseShell(program, rest, find);
    if (!WRAPPERS.has(program)) return { type: 'foreign', program };
    const known = rest.findIndex((other) => isKnown(programName(expandShellValue(other, find))));
    if (known === -1) return { type: 'foreign', program };
    const command = parseCommand(rest.slice(known), find);
    if (command === undefined) return undefined;
    const before = rest.slice(0, known);
    const isDotenv = program === 'dotenv';
    if (isDotenv && command.type === 'module') command.options.unshift(...dotenvOptions(before, find));
    const ignored = isDotenv && command.type === 'script' ? [[word, ...before].join(' ')] : [];
    return withContext(command, { assignments: assignmentsOf(before), ignored });
}

/** Returns the options of Node for the files that the command `dotenv` loads. */
function dotenvOptions(words: readonly string[], find: FindVariable): NodeOption[] {
    const texts = words.flatMap((word) => expandShellWord(word, find));
    const files = texts.filter((_, index) => texts[index - 1] === '-e');
    return (files.length === 0 ? ['.env'] : files).map((value) => ({
        name: '--env-file-if-exists',
        value,
        words: [],
    }));
}

/** Options of package managers whose value is the next word: the folder or the workspace, or something without effect. */
const MANAGER_OPTIONS: Readonly<Record<string, 'directory' | 'workspace' | 'other'>> = {
    '--prefix': 'directory',
    '--cwd': 'directory',
    '--dir': 'directory',
    '-C': 'directory',
    '-w': 'workspace',
    '--workspace': 'workspace',
    '--filter': 'workspace',
    '-F': 'workspace',
    '--loglevel': 'other',
    '--cache': 'other',
    '--userconfig': 'other',
};

/** The words of a package manager: its options, and the others as written. */
interface ManagerWords {
    context: CommandContext;
    positional: string[];
    /** Words after `--`. */
    passed: string[];
}

function splitManagerWords(program: string, words: readonly string[], find: FindVariable): ManagerWords {
    const split: ManagerWords = { context: { ...NO_CONTEXT }, positional: [], passed: [] };
    for (let at = 0; at < words.length; at++) {
        const text = expandShellValue(words[at]!, find);
        if (text === '--') return { ...split, passed: words.slice(at + 1) };
        // The other managers pass everything after the script to it.
        const isArgument = program !== 'npm' && isScriptNamed(split.positional);
        if (isArgument || !text.startsWith('-')) {
            split.positional.push(words[at]!);
            continue;
        }
        const [name = '', ...values] = text.split('=');
        const kind = MANAGER_OPTIONS[name];
        if (kind === undefined) continue;
        const value = values.length > 0 ? values.join('=') : expandShellValue(words[++at] ?? '', find);
        if (kind !== 'other') split.context[kind] = value;
    }
    return split;
}

const EXEC_VERBS = ['exec', 'x', 'dlx'];

const RUN_VERBS = ['run', 'run-script'];

function isScriptNamed([verb, name]: readonly string[]): boolean {
    if (verb === 'workspace') return false;
    return verb !== undefined && (![...RUN_VERBS, ...EXEC_VERBS].includes(verb) || name !== undefined);
}

function parsePackageManager(program: string, words: readonly string[], find: FindVariable): StartCommand | undefined {
    const { context, positional, passed } = splitManagerWords(program, words, find);
    const [verb, ...rest] = positional;
    if (verb === undefined) return { type: 'foreign', program };
    if (EXEC_VERBS.includes(verb)) return parseCommand([...rest, ...passed], find);
    if (program !== 'npm' && isKnown(verb)) return parseCommand([...positional, ...passed], find);
    if (program === 'yarn' && verb === 'workspace') return parseYarnWorkspace(rest, passed, find);
    const isRun = RUN_VERBS.includes(verb);
    if (program === 'npm' && !isRun && verb !== 'start') return { type: 'foreign', program: `npm ${verb}` };
    const [script, ...args] = isRun ? rest : positional;
    if (script === undefined) return undefined;
    return { ...context, type: 'script', name: expandShellValue(script, find), args: [...args, ...passed] };
}

function parseYarnWorkspace(
    [name = '', ...words]: readonly string[],
    passed: readonly string[],
    find: FindVariable,
): StartCommand | undefined {
    const command = parsePackageManager('yarn', [...words, '--', ...passed], find);
    return command?.type === 'script' ? { ...command, workspace: expandShellValue(name, find) } : command;
}

function parseShell(program: string, words: readonly string[], find: FindVariable): StartCommand | undefined {
    const flag = words.findIndex((word) => /^-\w*c$/.test(word));
    const line = flag === -1 ? undefined : words[flag + 1];
    if (line === undefined) return { type: 'foreign', program };
    // Single quotes leave the variables of the line to the inner shell.
    const inner = /^'[^']*'$/.test(line) ? line.slice(1, -1) : expandShellValue(line, find);
    return parseCommands(splitShellCommands(inner), find);
}

function isKnown(program: string): boolean {
    return MODULE_RUNNERS.has(program) || PACKAGE_MANAGERS.has(program) || SHELLS.has(program) || WRAPPERS.has(program);
}

function programName(word: string): string {
    return word.replace(/^.*[\\/]/, '').replace(/\.(exe|cmd)$/i, '');
}

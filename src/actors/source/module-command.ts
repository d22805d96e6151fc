import { EngineError } from '../../errors/engine-error.js';
import { parseNodeOptions, type NodeOption } from '../../util/command-line/node-options.js';
import { expandShellWord, hasSubstitution, type FindVariable } from '../../util/command-line/shell-words.js';

/** The program that runs the module of a command. */
export type Runner = 'node' | 'tsx' | 'ts-node';

/** A variable that a command sets, with its value as a shell word. */
export type Assignment = readonly [name: string, word: string];

/** The circumstances in which a command runs. */
export interface CommandContext {
    /** Variables that the shell sets for the command. */
    assignments: Assignment[];
    /** The directory to which the command changes. */
    directory?: string | undefined;
    /** The name or folder of the workspace whose script it runs. */
    workspace?: string;
    /** Other parts of the line, as written. They have no effect. */
    ignored: string[];
}

/** The context of a command that sets nothing. */
export const NO_CONTEXT: CommandContext = { assignments: [], ignored: [] };

/** A command that runs a module. */
export interface ModuleCommand extends CommandContext {
    type: 'module';
    /** The path in the command. */
    file: string;
    runner: Runner;
    options: NodeOption[];
    /** The arguments as shell words. */
    args: string[];
}

/** A parsed command of a start script or a Dockerfile. */
export type StartCommand =
    | ModuleCommand
    /** Runs a script of package.json. */
    | (CommandContext & { type: 'script'; name: string; args: string[] })
    /** Runs a program that is not JavaScript. */
    | { type: 'foreign'; program: string };

/** Options of Node with which it does not run a module. */
const OTHER_MODES = new Set(['--eval', '--print', '--check', '--interactive', '--version', '--help', '--v8-options']);

/**
 * Parses the words after `node`, `tsx` or `ts-node`.
 *
 * @param find - Returns the variables that are known before a run.
 * @returns Undefined if there is nothing to run.
 * @throws EngineError `actor-source-invalid` for words that only a shell can evaluate in a run.
 */
export function parseModule(
    program: string,
    runner: Runner,
    words: readonly string[],
    find: FindVariable,
): StartCommand | undefined {
    const expanded = expandWords(program, words, find);
    const isWatching = runner === 'tsx' && expanded[0]?.text === 'watch';
    const command = parseExpanded({ program, runner, words, find }, isWatching ? expanded.slice(1) : expanded);
    if (isWatching && command?.type === 'module') command.ignored.push('watch');
    return command;
}

interface ModuleWords {
    program: string;
    runner: Runner;
    words: readonly string[];
    find: FindVariable;
}

function parseExpanded(
    { program, runner, words, find }: ModuleWords,
    read: readonly ExpandedWord[],
): StartCommand | undefined {
    const flags = Object.entries(OWN_FLAGS[runner]).filter(([, { takesValue }]) => takesValue === true);
    const texts = read.map(({ text }) => text);
    const { options, rest } = parseNodeOptions(texts, new Set(flags.map(([flag]) => flag)));
    const file = rest.length === 0 ? undefined : read[read.length - rest.length];
    const end = file === undefined ? words.length : file.index + 1;
    assertKnown(words.slice(0, end), find);
    const other = options.find(({ name }) => OTHER_MODES.has(name));
    if (other) return { type: 'foreign', program: `${program} ${other.words[0]}` };
    const script = options.find(({ name }) => name === '--run');
    if (script) return { ...NO_CONTEXT, type: 'script', name: script.value, args: words.slice(file?.index ?? end) };
    if (file === undefined) return undefined;
    const command: ModuleCommand = {
        type: 'module',
        file: file.text,
        runner,
        options: [],
        args: words.slice(end),
        assignments: [],
        ignored: [],
    };
    for (const option of options) applyOption(command, option);
    return command;
}

/** A word after its expansion, and the index of the word from which it comes. */
interface ExpandedWord {
    text: string;
    index: number;
}

function expandWords(program: string, words: readonly string[], find: FindVariable): ExpandedWord[] {
    const substitution = words.find(hasSubstitution);
    if (substitution !== undefined) throw shellError(`\`${substitution}\` in the arguments of \`${program}\``);
    return words.flatMap((word, index) => expandShellWord(word, find).map((text) => ({ text, index })));
}

/** Checks that the variables in the words up to the module are known: they decide how the Actor starts. */
function assertKnown(words: readonly string[], find: FindVariable): void {
    const unknown = new Set<string>();
    for (const word of words) expandShellWord(word, (name) => find(name) ?? void unknown.add(name));
    if (unknown.size === 0) return;
    throw shellError(`${[...unknown].map((name) => `\`$${name}\``).join(', ')} before the arguments of its module`);
}

/** An option of tsx or ts-node: the variable that has the same effect, or none if it has no effect in a run. */
interface OwnFlag {
    takesValue?: true;
    variable?: string;
}

const OWN_FLAGS: Record<Runner, Readonly<Record<string, OwnFlag>>> = {
    node: {},
    tsx: {
        '--tsconfig': { takesValue: true, variable: 'TSX_TSCONFIG_PATH' },
        '--no-cache': { variable: 'TSX_DISABLE_CACHE' },
        '--clear-screen': {},
        '--no-clear-screen': {},
        '--include': { takesValue: true },
        '--exclude': { takesValue: true },
    },
    'ts-node': {
        '-P': { takesValue: true, variable: 'TS_NODE_PROJECT' },
        '--project': { takesValue: true, variable: 'TS_NODE_PROJECT' },
        '-O': { takesValue: true, variable: 'TS_NODE_COMPILER_OPTIONS' },
        '--compiler-options': { takesValue: true, variable: 'TS_NODE_COMPILER_OPTIONS' },
        '--compilerOptions': { takesValue: true, variable: 'TS_NODE_COMPILER_OPTIONS' },
        '-D': { takesValue: true, variable: 'TS_NODE_IGNORE_DIAGNOSTICS' },
        '--ignore-diagnostics': { takesValue: true, variable: 'TS_NODE_IGNORE_DIAGNOSTICS' },
        '-I': { takesValue: true, variable: 'TS_NODE_IGNORE' },
        '--ignore': { takesValue: true, variable: 'TS_NODE_IGNORE' },
        '--compiler': { takesValue: true, variable: 'TS_NODE_COMPILER' },
        '--conditions': { takesValue: true, variable: 'TS_NODE_COMPILER' },
        '-T': { variable: 'TS_NODE_TRANSPILE_ONLY' },
        '--transpile-only': { variable: 'TS_NODE_TRANSPILE_ONLY' },
        '--transpileOnly': { variable: 'TS_NODE_TRANSPILE_ONLY' },
        '--type-check': { variable: 'TS_NODE_TYPE_CHECK' },
        '--files': { variable: 'TS_NODE_FILES' },
        '--swc': { variable: 'TS_NODE_SWC' },
        '--skip-project': { variable: 'TS_NODE_SKIP_PROJECT' },
        '--skip-ignore': { variable: 'TS_NODE_SKIP_IGNORE' },
        '--prefer-ts-exts': { variable: 'TS_NODE_PREFER_TS_EXTS' },
        '--preferTsExts': { variable: 'TS_NODE_PREFER_TS_EXTS' },
        '--log-error': { variable: 'TS_NODE_LOG_ERROR' },
        '--pretty': { variable: 'TS_NODE_PRETTY' },
        '--experimental-specifier-resolution': {
            takesValue: true,
            variable: 'TS_NODE_EXPERIMENTAL_SPECIFIER_RESOLUTION',
        },
        // Chosen by the type of the package.
        '--esm': { variable: 'TS_NODE_ESM' },
        '--script-mode': {},
        '-s': {},
    },
};

/** Modules that run TypeScript with tsx when they are preloaded. */
export const TSX_MODULE = /^tsx(\/|$)/;

function applyOption(command: ModuleCommand, option: NodeOption): void {
    const { name, value } = option;
    const flag = OWN_FLAGS[command.runner][name];
    if (flag !== undefined) {
        if (flag.variable === undefined) command.ignored.push(option.words.join(' '));
        else command.assignments.push([flag.variable, `'${value === '' ? 'true' : value.replaceAll("'", '')}'`]);
    } else if (name.startsWith('--watch')) command.ignored.push(option.words.join(' '));
    else {
        command.options.push(option);
        const isPreload = ['--require', '--import', '--loader'].includes(name);
        if (isPreload && TSX_MODULE.test(value)) command.runner = 'tsx';
    }
}

function shellError(part: string): EngineError {
    const message =
        `The start command uses ${part}, which cannot be evaluated before a run. ` +
        'Write the value into the command, or into `environmentVariables` of actor.json.';
    return new EngineError('actor-source-invalid', message);
}

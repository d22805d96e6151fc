/** The program that runs the module of a command. */
export type Runner = 'node' | 'tsx';

/** A parsed command of a start script or a Dockerfile. */
export type StartCommand =
    /** Runs a module; `file` is the path in the command. */
    | { type: 'module'; file: string; runner: Runner }
    /** Runs a script of package.json. */
    | { type: 'script'; name: string }
    /** Runs a program that is not JavaScript. */
    | { type: 'foreign'; program: string };

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);

const PACKAGE_MANAGERS = new Set(['npm', 'yarn', 'pnpm']);

const MODULE_RUNNERS = new Map<string, Runner>([
    ['node', 'node'],
    ['tsx', 'tsx'],
    ['ts-node', 'tsx'],
    ['ts-node-esm', 'tsx'],
]);

const WRAPPERS = new Set(['env', 'cross-env', 'exec', 'npx', 'time', 'dotenv', 'dumb-init', 'tini', 'xvfb-run']);

/** Flags of Node, tsx and ts-node whose value is the next argument. */
const VALUE_FLAGS = new Set(
    (
        '-r --require --import --loader --experimental-loader -C --conditions --run --env-file --env-file-if-exists ' +
        '--title --input-type --watch-path --tsconfig -P --project -O --compiler-options'
    ).split(' '),
);

const EVAL_FLAGS = new Set(['-e', '--eval', '-p', '--print', '-pe']);

/** Splits a shell line into the words of each of its commands. */
export function splitShellCommands(line: string): string[][] {
    const commands: string[][] = [[]];
    const token = /\s+|(&&|\|\||[;|&])|((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s;|&"'\\])+)|./gs;
    for (const [, operator, word] of line.matchAll(token)) {
        if (operator !== undefined) commands.push([]);
        if (word !== undefined) commands.at(-1)!.push(unquote(word));
    }
    return commands.filter((words) => words.length > 0);
}

/**
 * Parses commands that run one after another. Returns the last one that runs a module or a script: earlier ones prepare, later
 * ones clean up. Undefined if there is nothing to run.
 */
export function parseCommands(commands: readonly string[][]): StartCommand | undefined {
    const read = commands.map(parseCommand).filter((command) => command !== undefined);
    return read.findLast((command) => command.type !== 'foreign') ?? read.at(-1);
}

function parseCommand(words: readonly string[]): StartCommand | undefined {
    const start = words.findIndex((word) => !/^\w+=/.test(word));
    if (start === -1) return undefined;
    const program = programName(words[start]!);
    const rest = words.slice(start + 1);
    const runner = MODULE_RUNNERS.get(program);
    if (runner) return parseModule(program, runner, rest);
    if (PACKAGE_MANAGERS.has(program)) return parsePackageManager(program, rest);
    if (SHELLS.has(program)) return parseShell(program, rest);
    if (WRAPPERS.has(program)) {
        const known = rest.findIndex((word) => isKnown(programName(word)));
        if (known !== -1) return parseCommand(rest.slice(known));
    }
    return { type: 'foreign', program };
}

function parseModule(program: string, runner: Runner, words: readonly string[]): StartCommand | undefined {
    const isWatching = program === 'tsx' && words[0] === 'watch';
    const { flags, file } = splitFlags(isWatching ? words.slice(1) : words);
    const script = flags.find(([flag]) => flag === '--run');
    if (script) return { type: 'script', name: script[1] };
    const code = flags.find(([flag]) => EVAL_FLAGS.has(flag));
    if (code) return { type: 'foreign', program: `${program} ${code[0]}` };
    if (file === undefined) return undefined;
    const loadsTypeScript = flags.some(([, value]) => /^(tsx|ts-node)(\/|$)/.test(value));
    return { type: 'module', file, runner: loadsTypeScript ? 'tsx' : runner };
}

/** Splits off the flags with their values, up to the first argument that is not a flag: the module. */
function splitFlags(words: readonly string[]): { flags: [flag: string, value: string][]; file?: string } {
    const flags: [string, string][] = [];
    for (let at = 0; at < words.length; at++) {
        const word = words[at]!;
        if (!word.startsWith('-')) return { flags, file: word };
        const equals = word.indexOf('=');
        const takesNextWord = VALUE_FLAGS.has(word);
        if (equals > 0) flags.push([word.slice(0, equals), word.slice(equals + 1)]);
        else flags.push([word, takesNextWord ? (words[at + 1] ?? '') : '']);
        if (takesNextWord) at++;
    }
    return { flags };
}

function parsePackageManager(program: string, words: readonly string[]): StartCommand | undefined {
    const [verb, ...rest] = words.filter((word) => !word.startsWith('-'));
    if (verb === undefined) return { type: 'foreign', program };
    if (verb === 'run' || verb === 'run-script')
        return rest[0] === undefined ? undefined : { type: 'script', name: rest[0] };
    const after = words.slice(words.indexOf(verb) + 1);
    if (verb === 'exec' || verb === 'x' || verb === 'dlx') return parseCommand(after.filter((word) => word !== '--'));
    if (program !== 'npm' && isKnown(verb)) return parseCommand(words.slice(words.indexOf(verb)));
    if (program !== 'npm' || verb === 'start') return { type: 'script', name: verb };
    return { type: 'foreign', program: `${program} ${verb}` };
}

function parseShell(program: string, words: readonly string[]): StartCommand | undefined {
    const flag = words.findIndex((word) => /^-\w*c$/.test(word));
    const line = flag === -1 ? undefined : words[flag + 1];
    return line === undefined ? { type: 'foreign', program } : parseCommands(splitShellCommands(line));
}

function isKnown(program: string): boolean {
    return MODULE_RUNNERS.has(program) || PACKAGE_MANAGERS.has(program) || SHELLS.has(program) || WRAPPERS.has(program);
}

function programName(word: string): string {
    return word.replace(/^.*[\\/]/, '').replace(/\.(exe|cmd)$/i, '');
}

function unquote(word: string): string {
    return word.replace(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs,
        (_, double?: string, single?: string, escaped?: string) => {
            return double === undefined ? (single ?? escaped ?? '') : double.replace(/\\(["\\$`])/g, '$1');
        },
    );
}

/**
 * Parses the start commands of a Dockerfile: the words of each command of its last `CMD`, after its `ENTRYPOINT` if that is in
 * JSON form. Empty if the Dockerfile has none.
 */
export function parseDockerCommands(dockerfile: string): string[][] {
    const instructions = dockerfile
        .replace(/^\s*#.*$/gm, '')
        .replace(/\\[ \t]*\r?\n/g, ' ')
        .split(/\r?\n/);
    const command = findLastArgument(instructions, 'CMD');
    const entrypoint = findLastArgument(instructions, 'ENTRYPOINT');
    const prefix = entrypoint && parseJsonWords(entrypoint);
    // As in Docker, an entrypoint in shell form ignores CMD.
    if (entrypoint !== undefined && prefix === undefined) return splitShellCommands(entrypoint);
    if (command === undefined) return prefix ? [prefix] : [];
    const words = parseJsonWords(command);
    if (words) return [[...(prefix ?? []), ...words]];
    return prefix ? [[...prefix, '/bin/sh', '-c', command]] : splitShellCommands(command);
}

function findLastArgument(instructions: readonly string[], name: 'CMD' | 'ENTRYPOINT'): string | undefined {
    const pattern = new RegExp(`^\\s*${name}\\s+(.+?)\\s*$`, 'i');
    return instructions.map((line) => pattern.exec(line)?.[1]).findLast((argument) => argument !== undefined);
}

function parseJsonWords(argument: string): string[] | undefined {
    if (!argument.startsWith('[')) return undefined;
    try {
        const words: unknown = JSON.parse(argument);
        return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
    } catch {
        // Docker also treats invalid JSON as a shell command.
        return undefined;
    }
}

import {
    expandShellValue,
    quoteShellWord,
    splitShellCommands,
    type FindVariable,
    type ShellCommand,
} from '../../util/command-line/shell-words.js';

/** The process of an image, as its Dockerfile defines it. */
export interface DockerImage {
    /** The commands that the image runs; none if its base image decides. */
    commands: ShellCommand[];
    /** Variables that it sets. */
    env: Record<string, string>;
    /** Its working directory, if it sets one. */
    directory?: string;
}

interface Stage {
    base: string;
    command?: string;
    entrypoint?: string;
    env: Record<string, string>;
    directory?: string;
}

/** Apify's images, whose CMD is `npm start`. */
const APIFY_IMAGE = /^apify\/actor-node/;

/** Parses the last stage of a Dockerfile, and those on which it is based. */
export function parseDockerfile(text: string, args: Readonly<Record<string, string>> = {}): DockerImage {
    const file: ParsedFile = { stage: { base: '', env: {} }, stages: [], variables: { ...args }, args };
    for (const [, name = '', argument = ''] of withoutComments(text).matchAll(INSTRUCTION)) {
        APPLY[name.toUpperCase()]!(file, argument, (variable) => file.stage.env[variable] ?? file.variables[variable]);
    }
    const { env, directory } = file.stage;
    return { commands: commandsOf(file.stage), env, ...(directory !== undefined && { directory }) };
}

/** The state of the parser. */
interface ParsedFile {
    stage: Stage;
    stages: { name: string; stage: Stage }[];
    /** Build arguments with their values. */
    variables: Record<string, string>;
    /** Build arguments that are passed. */
    args: Readonly<Record<string, string>>;
}

type Apply = (file: ParsedFile, argument: string, find: FindVariable) => void;

const APPLY: Readonly<Record<string, Apply>> = {
    FROM(file, argument, find) {
        const [base = '', , name = ''] = expandShellValue(argument.replace(/--\S+\s+/g, ''), find).split(/\s+/);
        const isParent = (other: { name: string }, index: number): boolean =>
            other.name === base.toLowerCase() || String(index) === base;
        const parent = file.stages.findLast(isParent)?.stage;
        file.stage = parent ? { ...parent, env: { ...parent.env } } : { base, env: {} };
        file.stages.push({ name: name.toLowerCase(), stage: file.stage });
    },
    ARG({ variables, args }, argument, find) {
        const [, name = '', value] = /^(\w+)(?:=(.*))?$/s.exec(argument) ?? [];
        if (value !== undefined && args[name] === undefined) variables[name] = expandShellValue(value, find);
    },
    ENV({ stage }, argument, find) {
        Object.assign(stage.env, parseEnv(argument, find));
    },
    WORKDIR({ stage }, argument, find) {
        const path = expandShellValue(argument, find);
        stage.directory = path.startsWith('/') ? path : `${stage.directory ?? '.'}/${path}`;
    },
    CMD({ stage }, argument) {
        stage.command = argument;
    },
    ENTRYPOINT({ stage }, argument) {
        stage.entrypoint = argument;
        // As in Docker, an entrypoint resets the command of the image on which it is based.
        delete stage.command;
    },
};

const INSTRUCTION = /^[ \t]*(FROM|ARG|ENV|WORKDIR|CMD|ENTRYPOINT)[ \t]+(.+?)[ \t\r]*$/gim;

/** Joins continued lines, and removes comments and here-documents, whose lines may look like instructions. */
function withoutComments(text: string): string {
    return text
        .replace(/^[ \t]*#.*(?:\r?\n|$)/gm, '')
        .replace(/\\[ \t]*\r?\n/g, ' ')
        .replace(/<<-?(["']?)(\w+)\1[^\n]*\n[\s\S]*?\n[ \t]*\2[ \t]*$/gm, '');
}

/** Parses `NAME=value …`, or the older `NAME value`. */
function parseEnv(argument: string, find: FindVariable): Record<string, string> {
    const [, name, value] = /^(\w+)\s+([\s\S]+)$/.exec(argument) ?? [];
    if (name !== undefined) return { [name]: expandShellValue(value!, find) };
    const words = splitShellCommands(argument.replaceAll(/[;|&()]/g, String.raw`\$&`)).flatMap((one) => one.words);
    const pairs = words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as const);
    return Object.fromEntries(pairs.map(([key, word]) => [key, expandShellValue(word, find)]));
}

function commandsOf({ base, command, entrypoint }: Stage): ShellCommand[] {
    const prefix = entrypoint && parseJsonWords(entrypoint);
    // As in Docker, an entrypoint in shell form ignores CMD.
    if (entrypoint !== undefined && prefix === undefined) return splitShellCommands(entrypoint);
    if (command === undefined) {
        if (prefix) return [toCommand(prefix)];
        return APIFY_IMAGE.test(base) ? splitShellCommands('npm start') : [];
    }
    const words = parseJsonWords(command);
    if (words) return [toCommand([...(prefix ?? []), ...words])];
    return prefix ? [toCommand([...prefix, '/bin/sh', '-c', command])] : splitShellCommands(command);
}

function toCommand(texts: readonly string[]): ShellCommand {
    const words = texts.map(quoteShellWord);
    return { text: words.join(' '), words, redirections: [] };
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

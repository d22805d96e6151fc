import { join, posix, resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { findDockerfile } from '../definition/actor-json.js';
import {
    parseDockerCommands,
    parseCommands,
    splitShellCommands,
    type Runner,
    type StartCommand,
} from './start-command.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import type { FileChangeDetector } from './file-change-detector.js';

const CONVENTIONAL_FILES = [
    ...['js', 'ts', 'mjs', 'cjs', 'mts'].map((extension) => `src/main.${extension}`),
    ...['js', 'ts', 'mjs', 'cjs'].map((extension) => `main.${extension}`),
    ...['js', 'mjs', 'cjs', 'ts'].map((extension) => `index.${extension}`),
];

const EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

const TYPESCRIPT_OF = new Map([
    ['.js', ['.ts', '.tsx']],
    ['.mjs', ['.mts']],
    ['.cjs', ['.cts']],
]);

/** The Actor's folder in Apify's Docker images. */
const IMAGE_FOLDERS = /^\/(usr\/src\/app|home\/myuser|app)\//;

const PYTHON_FILES = ['requirements.txt', 'pyproject.toml', 'main.py', 'src/main.py', 'src/__main__.py', '__main__.py'];

const MAX_SCRIPT_STEPS = 4;

/** The entry module of an Actor. */
export interface ActorEntry {
    /** Absolute path. */
    file: string;
    /** The program with which the Actor's start command runs it. */
    runner: Runner;
}

/** A start command and its location, for error messages. */
interface FoundCommand {
    location: string;
    command: StartCommand;
}

/**
 * Finds the entry module of an Actor's folder: the one its start script or its Dockerfile runs, else `main` of its
 * package.json, else a conventional name. If a build has yet to create the module, returns its TypeScript source.
 *
 * @throws EngineError `actor-source-invalid` if there is no entry, or if the Actor is in another language.
 */
export async function findEntry(files: FileChangeDetector, directory: string): Promise<ActorEntry> {
    const manifest = (await files.readJson(join(directory, 'package.json'))) ?? {};
    const commands = await findStartCommands(files, directory, manifest);
    const missing: string[] = [];
    for (const { location, command } of commands) {
        if (command.type !== 'module') continue;
        const file = findModule(files, directory, command.file.replace(IMAGE_FOLDERS, ''));
        if (file !== undefined) return { file, runner: command.runner };
        missing.push(`${command.file} (${location})`);
    }
    const foreign = commands.find(({ command }) => command.type === 'foreign');
    if (foreign) throw foreignError(directory, foreign);
    const main = manifest['main'];
    if (typeof main === 'string') {
        const file = findModule(files, directory, main);
        if (file !== undefined) return { file, runner: 'node' };
        missing.push(`${main} (\`main\` in package.json)`);
    }
    const conventional = CONVENTIONAL_FILES.find((name) => files.isFile(join(directory, name)));
    if (conventional === undefined) throw noEntryError(files, directory, missing);
    return { file: join(directory, conventional), runner: 'node' };
}

async function findStartCommands(
    files: FileChangeDetector,
    directory: string,
    manifest: JsonObject,
): Promise<FoundCommand[]> {
    const found: FoundCommand[] = [];
    const script = resolveScript({ type: 'script', name: 'start' }, manifest);
    if (script) found.push({ location: 'the start script in package.json', command: script });
    const dockerfile = await findDockerfile(files, directory);
    const commands = dockerfile === undefined ? [] : parseDockerCommands((await files.readText(dockerfile)) ?? '');
    const command = resolveScript(parseCommands(commands), manifest);
    if (command) found.push({ location: `the last CMD in ${dockerfile}`, command });
    return found;
}

function resolveScript(command: StartCommand | undefined, manifest: JsonObject): StartCommand | undefined {
    const scripts = isJsonObject(manifest['scripts']) ? manifest['scripts'] : {};
    let current = command;
    for (let step = 0; step < MAX_SCRIPT_STEPS && current?.type === 'script'; step++) {
        const line = scripts[current.name];
        current = typeof line === 'string' ? parseCommands(splitShellCommands(line)) : undefined;
    }
    return current?.type === 'script' ? undefined : current;
}

/** Finds the file that Node would load for a path on its command line, or the TypeScript from which it is built. */
function findModule(files: FileChangeDetector, directory: string, name: string): string | undefined {
    const path = resolve(directory, name);
    const endings = ['', ...EXTENSIONS, ...EXTENSIONS.map((extension) => `/index${extension}`)];
    const candidates = endings.map((ending) => path + ending);
    const sources = guessSources(name).map((source) => resolve(directory, source));
    return [...candidates, ...sources].find((candidate) => files.isFile(candidate));
}

function guessSources(built: string): string[] {
    const name = posix.normalize(built.replaceAll('\\', '/'));
    const extension = posix.extname(name);
    const stem = extension === '' ? name : name.slice(0, -extension.length);
    const withoutOutput = stem.replace(/^[^/]+\//, '');
    const stems = new Set([stem, `src/${withoutOutput}`, withoutOutput]);
    return [...stems].flatMap((source) => (TYPESCRIPT_OF.get(extension || '.js') ?? []).map((end) => source + end));
}

function foreignError(directory: string, { location, command }: FoundCommand): EngineError {
    const program = command.type === 'foreign' ? command.program : '';
    const isPython = /^(python|pip|poetry|uv)/.test(program);
    const message =
        `The Actor in ${directory} is started with \`${program}\` by ${location}, but only Actors in JavaScript ` +
        `and TypeScript are supported${isPython ? ', not Python' : ''}. ` +
        'Use a `node` or `tsx` command as the start script in package.json.';
    return new EngineError('actor-source-invalid', message, { details: { directory, program } });
}

function noEntryError(files: FileChangeDetector, directory: string, missing: readonly string[]): EngineError {
    const python = PYTHON_FILES.find((name) => files.isFile(join(directory, name)));
    if (python !== undefined) {
        const message =
            `The Actor in ${directory} seems to be written in Python, because it has a ${python}, but only Actors in JavaScript ` +
            'and TypeScript are supported. Add a Node module, such as src/main.js.';
        return new EngineError('actor-source-invalid', message, { details: { directory } });
    }
    const missingFiles = missing.length === 0 ? '' : ` Missing files: ${missing.join(', ')}.`;
    const message =
        `The folder ${directory} has no entry module for an Actor.${missingFiles} ` +
        'Searched: a `node` or `tsx` command in the start script of package.json and in the last CMD of the ' +
        `Dockerfile, \`main\` in package.json, ${CONVENTIONAL_FILES.join(', ')}. ` +
        'Add a src/main.js, or set `main` in package.json.';
    return new EngineError('actor-source-invalid', message, { details: { directory, missing } });
}

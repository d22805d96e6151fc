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

/** Where Apify's images have the Actor. */
const IMAGE_FOLDERS = /^\/(usr\/src\/app|home\/myuser|app)\//;

const PYTHON_FILES = ['requirements.txt', 'pyproject.toml', 'main.py', 'src/main.py', 'src/__main__.py', '__main__.py'];

const MAX_SCRIPT_STEPS = 4;

/** The module a run starts with. */
export interface ActorEntry {
    /** Absolute path. */
    file: string;
    /** What the Actor's own start command runs it with. */
    runner: Runner;
}

/** A command, with the place it was found in. */
interface FoundCommand {
    location: string;
    command: StartCommand;
}

/**
 * Finds the module that an Actor's folder starts with: the one its start script or its Dockerfile runs, else `main` of
 * its package.json, else one of the usual names. A module that a build is yet to make is replaced by its TypeScript.
 *
 * @throws EngineError `actor-source-invalid`, when there is none, or when the Actor is of another language.
 */
export async function findEntry(files: FileChangeDetector, directory: string): Promise<ActorEntry> {
    const manifest = (await files.readJson(join(directory, 'package.json'))) ?? {};
    const commands = await findStartCommands(files, directory, manifest);
    const missing: string[] = [];
    for (const { location: place, command } of commands) {
        if (command.type !== 'module') continue;
        const file = findModule(files, directory, command.file.replace(IMAGE_FOLDERS, ''));
        if (file !== undefined) return { file, runner: command.runner };
        missing.push(`${command.file} (${place})`);
    }
    const foreign = commands.find(({ command }) => command.type === 'foreign');
    if (foreign) throw foreignError(directory, foreign);
    const main = manifest['main'];
    if (typeof main === 'string') {
        const file = findModule(files, directory, main);
        if (file !== undefined) return { file, runner: 'node' };
        missing.push(`${main} (\`main\` in package.json)`);
    }
    const usual = CONVENTIONAL_FILES.find((name) => files.isFile(join(directory, name)));
    if (usual === undefined) throw noEntryError(files, directory, missing);
    return { file: join(directory, usual), runner: 'node' };
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

/** The file that Node would load for a path on its command line, or the TypeScript that it is built from. */
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

function foreignError(directory: string, { location: place, command }: FoundCommand): EngineError {
    const program = command.type === 'foreign' ? command.program : '';
    const isPython = /^(python|pip|poetry|uv)/.test(program);
    const message =
        `The Actor in ${directory} is started with \`${program}\`, as ${place} says, but only Actors in JavaScript ` +
        `and TypeScript can be run${isPython ? ', none in Python' : ''}. ` +
        'Let the start script in package.json be a `node` or `tsx` command.';
    return new EngineError('actor-source-invalid', message, { details: { directory, program } });
}

function noEntryError(files: FileChangeDetector, directory: string, missing: readonly string[]): EngineError {
    const python = PYTHON_FILES.find((name) => files.isFile(join(directory, name)));
    if (python !== undefined) {
        const message =
            `The Actor in ${directory} seems to be in Python, as it has a ${python}, but only Actors in JavaScript ` +
            'and TypeScript can be run. Add a module for Node, like src/main.js.';
        return new EngineError('actor-source-invalid', message, { details: { directory } });
    }
    const named = missing.length === 0 ? '' : ` Named, but missing: ${missing.join(', ')}.`;
    const message =
        `The folder ${directory} has no module to start an Actor with.${named} ` +
        'Looked for: a `node` or `tsx` command in the start script of package.json and in the last CMD of the ' +
        `Dockerfile, \`main\` in package.json, ${CONVENTIONAL_FILES.join(', ')}. ` +
        'Add a src/main.js, or name the module in package.json.';
    return new EngineError('actor-source-invalid', message, { details: { directory, missing } });
}

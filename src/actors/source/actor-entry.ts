import { dirname, extname, isAbsolute, join, posix, resolve } from 'node:path';
import { homedir } from 'node:os';
import { EngineError } from '../../errors/engine-error.js';
import { quoteShellWord, splitShellCommands, type ShellCommand } from '../../util/command-line/shell-words.js';
import { findDockerBuild } from '../definition/actor-json.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { parseDockerfile } from './dockerfile.js';
import { parseCommands, withContext } from './start-command.js';
import { NO_CONTEXT, type CommandContext, type ModuleCommand, type StartCommand } from './module-command.js';
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
const IMAGE_FOLDERS = /^\/(usr\/src\/app|home\/myuser|app)(?:\/|$)/;

const PYTHON_FILES = ['requirements.txt', 'pyproject.toml', 'main.py', 'src/main.py', 'src/__main__.py', '__main__.py'];

const MAX_SCRIPT_STEPS = 4;

/** Milliseconds by which a source must be newer than the compiled code, so that files of one checkout count as equally old. */
const OUTDATED_MILLIS = 2_000;

/** Maximum number of files whose modification times are compared. */
const MAX_COMPARED = 200;

/** The entry module of an Actor, and how its start command runs it. */
export interface ActorEntry {
    /** Absolute path. */
    file: string;
    /** Absolute path of the directory in which the command runs. */
    directory: string;
    /** The command that runs the entry, if one was found. */
    command?: ModuleCommand;
    /** True if the entry is the source of a module that has not been compiled. */
    isSource?: true;
    /** Variables of the image. */
    imageEnv: Record<string, string>;
    /** Differences between the command and the run, for the log. */
    notes: string[];
}

/** A start command and its location, for messages. */
interface FoundCommand {
    location: string;
    command: Exclude<StartCommand, { type: 'script' }>;
    /** Absolute paths of the folders in which it may run, the most likely one first. */
    roots: readonly string[];
}

/** The module of a start command. */
interface LocatedModule extends FoundCommand {
    command: ModuleCommand;
    /** Absolute path of the directory in which it runs. */
    directory: string;
    file: string;
    /** True if the file is the source of the module, which does not exist yet. */
    isSource: boolean;
}

/**
 * Finds the entry module of an Actor's folder: the one its Dockerfile or its start script runs, else `main` of its
 * package.json, else a conventional name. If a build has yet to create the module, returns its TypeScript source.
 *
 * @throws EngineError `actor-source-invalid` if there is no entry, or if the Actor is in another language.
 */
export async function findEntry(files: FileChangeDetector, folder: string): Promise<ActorEntry> {
    const manifest = (await files.readJson(join(folder, 'package.json'))) ?? {};
    const { commands, imageEnv } = await findStartCommands(files, folder, manifest);
    const { located, missing, notes } = locateModules(files, commands);
    if (located.length > 0) {
        const chosen = await chooseModule(files, located);
        return { ...chosen, imageEnv, notes: [...notes, ...chosen.notes] };
    }
    const foreign = commands.find(({ command }) => command.type === 'foreign');
    if (foreign) throw foreignError(folder, foreign);
    const entry = { directory: folder, imageEnv, notes: [] };
    const main = manifest['main'];
    if (typeof main === 'string') {
        const file = findModule(files, folder, main);
        if (file !== undefined) return { ...entry, file };
        missing.push(`${main} (\`main\` in package.json)`);
    }
    const conventional = CONVENTIONAL_FILES.find((name) => files.isFile(join(folder, name)));
    if (conventional === undefined) throw noEntryError(files, folder, { missing, manifest });
    return { ...entry, file: join(folder, conventional) };
}

interface LocatedModules {
    located: LocatedModule[];
    /** Modules that do not exist, with the locations of their commands. */
    missing: string[];
    /** Notes about the commands before the first module. */
    notes: string[];
}

function locateModules(files: FileChangeDetector, commands: readonly FoundCommand[]): LocatedModules {
    const result: LocatedModules = { located: [], missing: [], notes: [] };
    for (const found of commands) {
        const { command, location } = found;
        const module = locateModule(files, found);
        if (module !== undefined) result.located.push(module);
        else if (command.type === 'module') result.missing.push(`${command.file} (${location})`);
        if (result.located.length > 0) continue;
        result.notes.push(
            command.type === 'module'
                ? `${command.file}, which ${location} runs, does not exist.`
                : `\`${command.program}\` of ${location} is not executed.`,
        );
    }
    return result;
}

/** Finds the commands of the Dockerfile, which the platform runs, and of the start script, in this order. */
async function findStartCommands(
    files: FileChangeDetector,
    folder: string,
    manifest: JsonObject,
): Promise<{ commands: FoundCommand[]; imageEnv: Record<string, string> }> {
    const { dockerfile, contextDir, args } = await findDockerBuild(files, folder);
    const text = dockerfile === undefined ? '' : ((await files.readText(dockerfile)) ?? '');
    const image = parseDockerfile(text, args);
    const inImage: ScriptScope = {
        location: `the CMD in ${dockerfile}`,
        roots: [...new Set([folder, contextDir])],
        env: { ...args, ...image.env },
        workdir: image.directory,
    };
    const script: ScriptScope = { location: 'the start script in package.json', roots: [folder], env: {} };
    const startLine: ShellCommand[] = startScriptOf(manifest) === undefined ? [] : splitShellCommands('npm start');
    const found = [
        await resolveCommand(files, inImage, image.commands),
        await resolveCommand(files, script, startLine),
    ].filter((command) => command !== undefined);
    return { commands: found, imageEnv: image.env };
}

function startScriptOf(manifest: JsonObject): unknown {
    return isJsonObject(manifest['scripts']) ? manifest['scripts']['start'] : undefined;
}

/** The place from which commands run. */
interface ScriptScope {
    location: string;
    /** Absolute paths of the folders that may be the working directory, the most likely one first. */
    roots: readonly string[];
    env: Readonly<Record<string, string>>;
    workdir?: string | undefined;
}

/** Parses commands, and follows scripts of package.json. Undefined if they run nothing that is known. */
async function resolveCommand(
    files: FileChangeDetector,
    scope: ScriptScope,
    commands: readonly ShellCommand[],
): Promise<FoundCommand | undefined> {
    let { roots } = scope;
    let variables: Readonly<Record<string, string>> = scope.env;
    const find = (name: string): string | undefined => ({ PWD: roots[0], HOME: homedir(), ...variables })[name];
    let current = parseCommands(commands, find);
    if (current) current = withContext(current, { ...NO_CONTEXT, directory: scope.workdir });
    for (let step = 0; step < MAX_SCRIPT_STEPS && current?.type === 'script'; step++) {
        const script: ScriptCommand = current;
        const owner = await findScript(files, foldersOf(files, roots, script), script.name);
        if (owner === undefined) return undefined;
        roots = [owner.folder];
        variables = { ...scope.env, ...owner.variables };
        const next = parseCommands(splitShellCommands([owner.line, ...script.args].join(' ')), find);
        current = next && withContext(next, contextOf(script, owner));
    }
    if (current === undefined || current.type === 'script') return undefined;
    if (current.type === 'foreign') return { location: scope.location, command: current, roots };
    const file = inActorFolder(current.file, scope.workdir);
    return { location: scope.location, command: { ...current, file }, roots: foldersOf(files, roots, current) };
}

type ScriptCommand = Extract<StartCommand, { type: 'script' }>;

/** Returns the context in which a script runs: that of its command, and the variables that npm sets. */
function contextOf({ assignments, ignored }: ScriptCommand, { variables, others }: FoundScript): CommandContext {
    const set = Object.entries(variables).map(([name, value]) => [name, quoteShellWord(value)] as const);
    return { assignments: [...assignments, ...set], ignored: [...ignored, ...others] };
}

/** Returns a path in the image as a path in the Actor's folder. */
function inActorFolder(file: string, workdir: string | undefined): string {
    const isInWorkdir = workdir !== undefined && file.startsWith(`${workdir}/`);
    return isInWorkdir ? file.slice(workdir.length + 1) : file.replace(IMAGE_FOLDERS, '');
}

/** Returns the existing folders that a command may mean. */
function foldersOf(
    files: FileChangeDetector,
    roots: readonly string[],
    { directory, workspace }: { directory?: string; workspace?: string },
): string[] {
    const inRoots = roots.flatMap((root) => {
        // A working directory in the image is where the files were copied to, if it is not a folder of them.
        const path = directory?.replace(IMAGE_FOLDERS, '') ?? '.';
        const folder = isAbsolute(path) ? root : resolve(root, path);
        return files.isFolder(folder) ? [folder] : directory?.startsWith('/') === true ? [root] : [];
    });
    if (workspace === undefined) return inRoots;
    const folders = inRoots.map((root) => resolve(root, workspace)).filter((folder) => files.isFolder(folder));
    // A workspace that is named by its package is the Actor's, which is the first root.
    return folders.length > 0 ? folders : inRoots.slice(0, 1);
}

/** A script of a package.json. */
interface FoundScript {
    folder: string;
    line: string;
    /** Variables that npm sets for it. */
    variables: Record<string, string>;
    /** Scripts that npm runs before and after it. */
    others: string[];
}

async function findScript(
    files: FileChangeDetector,
    folders: readonly string[],
    name: string,
): Promise<FoundScript | undefined> {
    for (const folder of folders) {
        const manifest = (await files.readJson(join(folder, 'package.json'))) ?? {};
        const scripts = isJsonObject(manifest['scripts']) ? manifest['scripts'] : {};
        const line = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
        if (typeof line !== 'string') continue;
        const variables: Record<string, string> = { npm_lifecycle_event: name };
        for (const field of ['name', 'version', 'main']) {
            const value = manifest[field];
            if (typeof value === 'string') variables[`npm_package_${field}`] = value;
        }
        const around = [`pre${name}`, `post${name}`].filter((other) => typeof scripts[other] === 'string');
        return { folder, line, variables, others: around.map((other) => `npm run ${other}`) };
    }
    return undefined;
}

function locateModule(files: FileChangeDetector, found: FoundCommand): LocatedModule | undefined {
    const { command, roots } = found;
    if (command.type !== 'module') return undefined;
    for (const isSource of [false, true]) {
        for (const directory of roots) {
            const candidates = isSource ? guessSources(command.file) : withEndings(command.file);
            const file = candidates.map((name) => resolve(directory, name)).find((name) => files.isFile(name));
            if (file !== undefined) return { ...found, command, directory, file, isSource };
        }
    }
    return undefined;
}

/**
 * Chooses the module of the first command. If it must be compiled and another command runs its source, chooses that one:
 * nothing compiles a folder that is not built.
 */
async function chooseModule(
    files: FileChangeDetector,
    [first, ...others]: LocatedModule[],
): Promise<Omit<ActorEntry, 'imageEnv'>> {
    const { command, file, isSource } = first!;
    const source = isSource ? file : findSource(files, first!);
    const isOutdated = !isSource && source !== undefined && (await isNewer(files, source, file));
    const direct = isSource || isOutdated ? others.find((other) => other.file === source) : undefined;
    const chosen = direct ?? first!;
    const notes = chosen.command.ignored.map((part) => `\`${part}\` of ${chosen.location} is not executed.`);
    if (isOutdated) {
        notes.push(
            direct
                ? `${source} runs instead of ${command.file}, which is older.`
                : `${file} is older than its source ${source}. Run \`npm run build\`.`,
        );
    }
    return {
        file: chosen.file,
        directory: chosen.directory,
        command: chosen.command,
        ...(chosen.isSource && { isSource: true }),
        notes,
    };
}

function findSource(files: FileChangeDetector, { command, directory, file }: LocatedModule): string | undefined {
    if (!['.js', '.mjs', '.cjs'].includes(extname(file))) return undefined;
    return guessSources(command.file)
        .map((name) => resolve(directory, name))
        .find((name) => files.isFile(name));
}

/** True if one of the sources beside `source` is newer than all compiled modules beside `built`. */
async function isNewer(files: FileChangeDetector, source: string, built: string): Promise<boolean> {
    const newest = async (file: string, pattern: RegExp): Promise<number> => {
        const folders = [dirname(file)];
        let time = files.modifiedAtMillis(file);
        let count = 0;
        for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
            for (const item of await files.listFolder(folder)) {
                if (item.name.startsWith('.') || item.name === 'node_modules' || ++count > MAX_COMPARED) continue;
                const path = join(folder, item.name);
                if (item.isDirectory()) folders.push(path);
                else if (pattern.test(item.name)) time = Math.max(time, files.modifiedAtMillis(path));
            }
        }
        return time;
    };
    const sourceTime = await newest(source, /(?<!\.d)\.[cm]?tsx?$/);
    return sourceTime > (await newest(built, /\.[cm]?js$/)) + OUTDATED_MILLIS;
}

/** Finds the file that Node would load for a path on its command line, or the TypeScript from which it is built. */
function findModule(files: FileChangeDetector, directory: string, name: string): string | undefined {
    return [...withEndings(name), ...guessSources(name)]
        .map((candidate) => resolve(directory, candidate))
        .find((candidate) => files.isFile(candidate));
}

function withEndings(name: string): string[] {
    return ['', ...EXTENSIONS, ...EXTENSIONS.map((extension) => `/index${extension}`)].map((end) => name + end);
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

function noEntryError(
    files: FileChangeDetector,
    directory: string,
    { missing, manifest }: { missing: readonly string[]; manifest: JsonObject },
): EngineError {
    const python = PYTHON_FILES.find((name) => files.isFile(join(directory, name)));
    if (python !== undefined) {
        const message =
            `The Actor in ${directory} seems to be written in Python, because it has a ${python}, but only Actors in JavaScript ` +
            'and TypeScript are supported. Add a Node module, such as src/main.js.';
        return new EngineError('actor-source-invalid', message, { details: { directory } });
    }
    const missingFiles = missing.length === 0 ? '' : ` Missing files: ${missing.join(', ')}.`;
    const canBuild = missing.length > 0 && isJsonObject(manifest['scripts']) && 'build' in manifest['scripts'];
    const message =
        `The folder ${directory} has no entry module for an Actor.${missingFiles} ` +
        'Searched: a `node` or `tsx` command in the CMD of the Dockerfile and in the start script of package.json, ' +
        `\`main\` in package.json, ${CONVENTIONAL_FILES.join(', ')}. ` +
        (canBuild ? 'Run `npm run build`, add' : 'Add') +
        ' a src/main.js, or set `main` in package.json.';
    return new EngineError('actor-source-invalid', message, { details: { directory, missing } });
}

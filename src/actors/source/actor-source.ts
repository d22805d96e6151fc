import { rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { checkOptions, invalid, show } from '../../util/check.js';
import { readActorJson } from '../definition/actor-json.js';
import { resolveSecretReferences } from '../definition/secret-references.js';
import { toActorName, readActorName, type ActorName } from '../definition/actor-name.js';
import { resolveActorPath } from './actor-path.js';
import { writeSourceFiles, moduleFormat, checkSourceFiles, normalizeSourceFiles } from './source-files.js';
import { resolveProgram } from './resolve-program.js';
import { FileChangeDetector } from './file-change-detector.js';
import type { SourceFile, SourceFolder } from '../../model/api/version.js';
import type { ActorFunction } from '../../protocol/actor-function.js';
import type { ActorDefinition } from '../../model/api/actor.js';
import type { Runnable } from '../../protocol/messages.js';

/** The source of an Actor. */
export type ActorSource =
    /** Path or `file:` URL of the Actor's folder, or of its single module. */
    | string
    /** The code of a single module. The extension of `fileName` sets the language. Default: JavaScript, as ESM or CommonJS. */
    | { name: string; source: string; fileName?: string }
    /** All files of the Actor, in the API's shape. */
    | { name: string; sourceFiles: readonly (SourceFile | SourceFolder)[] }
    /** A function, which runs in the caller's thread. */
    | { name: string; run: ActorFunction };

/** Options for reading a source. */
interface ReadActorSourceOptions {
    /** `name` or `owner/name`. Overrides the name in the source. */
    name?: string;
    /** True if the source is built later, so that it need not be runnable yet. Default: false. */
    willBeBuilt?: boolean;
    /** Creates an empty folder for a source passed as text. The folder is removed if the source is not valid. */
    workDirectory: () => Promise<string>;
    /** The base of relative paths. Default: the current directory. */
    from?: string;
}

const SOURCE_FIELDS = ['source', 'sourceFiles', 'run'] as const;

/** Properties of a source without `actor.json`. */
const DEFAULT_PROPERTIES = { versionNumber: '0.0', buildTag: 'latest', envVars: {}, memory: {} };

const FILE_NAME = /^[^/\\]+\.[mc]?[jt]s$/;

const README_FILES = [join('.actor', 'README.md'), 'README.md'];

/**
 * Reads and validates the source of an Actor.
 *
 * @throws EngineError `actor-source-invalid`, `actor-failed-to-start` if packages must be installed first, `invalid-value`,
 * `unknown-option` or `request-too-large`.
 */
export async function readActorSource(
    source: ActorSource,
    options: ReadActorSourceOptions,
): Promise<ResolvedActorSource> {
    const given = options.name === undefined ? undefined : readActorName('`options.name`', options.name);
    return typeof source === 'string' ? readPath(source, given, options) : readGiven(source, given, options);
}

async function readPath(
    source: string,
    given: ActorName | undefined,
    { from = process.cwd(), willBeBuilt: isToBeBuilt = false }: ReadActorSourceOptions,
): Promise<ResolvedActorSource> {
    const { type, path } = resolveActorPath(source, from);
    if (type === 'folder') return readFolder(path, given, isToBeBuilt);
    if (isToBeBuilt) throw snapshotError(`${path} is a single module`);
    const name = given ?? { name: toActorName(basename(path, extname(path))) };
    return readModule(dirname(path), path, name);
}

/** @param boundary - If set, schemas outside of this folder are refused. */
async function readFolder(
    directory: string,
    given: ActorName | undefined,
    isToBeBuilt: boolean,
    boundary?: string,
): Promise<ResolvedActorSource> {
    const files = new FileChangeDetector();
    const fallbackName = given?.name ?? toActorName(basename(directory));
    const actorJson = await readActorJson(files, directory, fallbackName, boundary);
    const readme = await readReadme(files, directory);
    const { definition, versionNumber, buildTag, memory } = actorJson;
    const variables = await resolveSecretReferences(files, directory, actorJson.envVars);
    if (!isToBeBuilt) await resolveProgram({ directory });
    return {
        name: given?.name ?? actorJson.name ?? fallbackName,
        username: given?.username ?? actorJson.username,
        title: definition?.title,
        description: definition?.description,
        definition,
        versionNumber,
        buildTag,
        ...variables,
        directory,
        memory,
        readme,
    };
}

async function readModule(directory: string, entryFile: string, name: ActorName): Promise<ResolvedActorSource> {
    await resolveProgram({ directory, entryFile });
    return { ...name, ...DEFAULT_PROPERTIES, directory, entryFile };
}

type GivenSource = Exclude<ActorSource, string>;

async function readGiven(
    source: GivenSource,
    override: ActorName | undefined,
    { workDirectory, willBeBuilt: isToBeBuilt = false }: ReadActorSourceOptions,
): Promise<ResolvedActorSource> {
    const { files, entry, run } = toSourceFiles(source);
    const name = override ?? readActorName('`name` of the source', source.name);
    if (run !== undefined) {
        if (isToBeBuilt) throw snapshotError('The source is a function');
        return { ...name, ...DEFAULT_PROPERTIES, directory: '', isFunction: true, run };
    }
    const checked = checkSourceFiles(files);
    const directory = await workDirectory();
    try {
        await writeSourceFiles(checked, directory);
        const resolved =
            entry === undefined
                ? await readFolder(directory, name, isToBeBuilt, directory)
                : await readModule(directory, join(directory, entry), name);
        return { ...resolved, sourceFiles: normalizeSourceFiles(files) };
    } catch (error) {
        await rm(directory, { recursive: true, force: true });
        throw error;
    }
}

/** A source passed as an object. */
interface GivenFiles {
    files: readonly (SourceFile | SourceFolder)[];
    /** Name of the file, if it is a single module. */
    entry?: string;
    /** The function, if it is one. */
    run?: ActorFunction;
}

/** Validates a source object, which must have exactly one kind of source. */
function toSourceFiles(given: GivenSource): GivenFiles {
    if (typeof given !== 'object' || given === null) {
        const message = `The source of an Actor is ${show(given)}, but must be a path, { name, source }, { name, sourceFiles } or { name, run }.`;
        throw new EngineError('actor-source-invalid', message);
    }
    checkOptions('source', given, ['name', 'fileName', ...SOURCE_FIELDS]);
    const { source, sourceFiles, run, fileName } = { ...given } as Partial<
        Record<(typeof SOURCE_FIELDS)[number] | 'fileName', unknown>
    >;
    const kinds = [source, sourceFiles, run].filter((kind) => kind !== undefined).length;
    if (kinds !== 1) {
        const problem = kinds === 0 ? 'has no source' : 'has more than one source';
        const message = `The Actor ${problem}. Pass a path, { name, source }, { name, sourceFiles } or { name, run }.`;
        throw new EngineError('actor-source-invalid', message);
    }
    if (run !== undefined) {
        if (typeof run !== 'function') throw invalid('source.run', run, 'a function');
        return { files: [], run: run as ActorFunction };
    }
    if (source === undefined) return { files: sourceFiles as GivenFiles['files'] };
    if (typeof source !== 'string') throw invalid('source.source', source, 'the code of a module as a string');
    const entry = checkFileName(fileName) ?? (moduleFormat(source) === 'esm' ? 'main.mjs' : 'main.cjs');
    return { files: [{ name: entry, format: 'TEXT', content: source }], entry };
}

function checkFileName(fileName: unknown): string | undefined {
    if (fileName === undefined || (typeof fileName === 'string' && FILE_NAME.test(fileName))) return fileName;
    throw invalid('source.fileName', fileName, "a module file name without folders, like 'main.ts'");
}

function snapshotError(subject: string): EngineError {
    const message = `${subject}, so the option \`snapshot\` cannot copy it. Pass the folder or the code of the Actor.`;
    return new EngineError('invalid-value', message, { details: { path: 'options.snapshot' } });
}

/** The properties of an Actor from its source: the basis of its record and its build. */
export interface ResolvedActorSource {
    name: string;
    username?: string;
    title?: string;
    description?: string;
    definition?: ActorDefinition;
    /** MAJOR.MINOR. */
    versionNumber: string;
    buildTag: string;
    envVars: Record<string, string>;
    /** Values of the variables that refer to secrets; not saved. */
    secretEnvVars?: Record<string, string>;
    /** Encrypted values of secret environment variables. */
    sealedEnvVars?: Record<string, string>;
    /** The source files, if they were passed instead of a path. */
    sourceFiles?: (SourceFile | SourceFolder)[];
    /** Absolute path of the Actor's folder. For source files, the folder they were written to. */
    directory: string;
    /** Absolute path of the entry module, if the source is a single module. */
    entryFile?: string;
    /** True if the Actor is a function in the process that registered it. */
    isFunction?: true;
    /** The function; not saved to disk. */
    run?: ActorFunction;
    /** The README; saved with the build, not here. */
    readme?: string;
    /** In MB. */
    memory: { default?: number; min?: number; max?: number };
}

/**
 * Resolves the current code of an Actor: its function, or the program in its folder.
 *
 * @throws EngineError `actor-failed-to-start` for a function from a process that ended; else as `resolveProgram`.
 */
export async function resolveRunnable(source: ResolvedActorSource): Promise<Runnable> {
    if (source.isFunction !== true) return { type: 'program', ...(await resolveProgram(source)) };
    if (source.run !== undefined) return { type: 'function', run: source.run };
    throw new EngineError(
        'actor-failed-to-start',
        `The Actor \`${source.name}\` is a function from an earlier process.`,
        { details: { actor: source.name }, remedy: 'add-function' },
    );
}

/** Returns the README of an Actor's folder, if it exists. */
export async function readReadme(files: FileChangeDetector, directory: string): Promise<string | undefined> {
    const file = README_FILES.map((name) => join(directory, name)).find((path) => files.isFile(path));
    return file === undefined ? undefined : files.readText(file);
}

import { rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { checkOptions, invalid, show } from '../../util/check.js';
import { readActorJson } from '../definition/actor-json.js';
import { toActorName, readActorName, type ActorName } from '../definition/actor-name.js';
import { resolveActorPath } from './actor-path.js';
import { writeSourceFiles, moduleFormat, checkSourceFiles, normalizeSourceFiles } from './source-files.js';
import { resolveProgram } from './resolve-program.js';
import { FileChangeDetector } from './file-change-detector.js';
import type { SourceFile, SourceFolder } from '../../model/api/version.js';
import type { ActorFunction } from '../../protocol/actor-function.js';
import type { ActorDefinition } from '../../model/api/actor.js';
import type { Runnable } from '../../protocol/messages.js';

/** Where an Actor comes from. */
export type ActorSource =
    /** Path or `file:` URL of its folder, or of its only module. */
    | string
    /** The text of its only module. `fileName` tells its language; by default it is JavaScript of either format. */
    | { name: string; source: string; fileName?: string }
    /** All its files, as the API has them. */
    | { name: string; sourceFiles: readonly (SourceFile | SourceFolder)[] }
    /** A function of the caller's, which runs in its own thread. */
    | { name: string; run: ActorFunction };

/** How a source is read. */
interface ReadActorSourceOptions {
    /** `name` or `owner/name`, in place of what the source says. */
    name?: string;
    /** Whether the source is to be built first: it need not be one that can be run yet. Default: false. */
    willBeBuilt?: boolean;
    /** Makes a fresh folder for a source that is given; it is removed again when the source cannot be used. */
    workDirectory: () => Promise<string>;
    /** Where relative paths start. Default: the current directory. */
    from?: string;
}

const SOURCE_FIELDS = ['source', 'sourceFiles', 'run'] as const;

/** The properties of a source without an `actor.json`. */
const DEFAULT_PROPERTIES = { versionNumber: '0.0', buildTag: 'latest', envVars: {}, memory: {} };

const FILE_NAME = /^[^/\\]+\.[mc]?[jt]s$/;

const README_FILES = [join('.actor', 'README.md'), 'README.md'];

/**
 * Reads the source of an Actor, and refuses one that can never run.
 *
 * @throws EngineError `actor-source-invalid`, `actor-failed-to-start` when something has to be installed first,
 * `invalid-value`, `unknown-option` or `request-too-large`.
 */
export async function readActorSource(
    source: ActorSource,
    options: ReadActorSourceOptions,
): Promise<ResolvedActorSource> {
    const given = options.name === undefined ? undefined : readActorName('`name`', options.name);
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

/** @param boundary - The folder that schemas must be in. */
async function readFolder(
    directory: string,
    given: ActorName | undefined,
    isToBeBuilt: boolean,
    boundary?: string,
): Promise<ResolvedActorSource> {
    const files = new FileChangeDetector();
    const fallbackName = given?.name ?? toActorName(basename(directory));
    const facts = await readActorJson(files, directory, fallbackName, boundary);
    const readme = await readReadme(files, directory);
    const { definition, versionNumber, buildTag, envVars, memory } = facts;
    if (!isToBeBuilt) await resolveProgram({ directory });
    return {
        name: given?.name ?? facts.name ?? fallbackName,
        username: given?.username ?? facts.username,
        title: definition?.title,
        description: definition?.description,
        definition,
        versionNumber,
        buildTag,
        envVars,
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
        const blueprint =
            entry === undefined
                ? await readFolder(directory, name, isToBeBuilt, directory)
                : await readModule(directory, join(directory, entry), name);
        return { ...blueprint, sourceFiles: normalizeSourceFiles(files) };
    } catch (error) {
        await rm(directory, { recursive: true, force: true });
        throw error;
    }
}

/** A given source as files. */
interface GivenFiles {
    files: readonly (SourceFile | SourceFolder)[];
    /** The file to start with, when it is the only one. */
    entry?: string;
    /** The function, when it is one. */
    run?: ActorFunction;
}

/** Refuses an object that gives no source, or gives two. */
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
        const found = kinds === 0 ? 'has no source' : 'has more than one source';
        const message = `The Actor ${found}. Give a path, { name, source }, { name, sourceFiles } or { name, run }.`;
        throw new EngineError('actor-source-invalid', message);
    }
    if (run !== undefined) {
        if (typeof run !== 'function') throw invalid('source.run', run, 'a function');
        return { files: [], run: run as ActorFunction };
    }
    if (source === undefined) return { files: sourceFiles as GivenFiles['files'] };
    if (typeof source !== 'string') throw invalid('source.source', source, 'the text of a module');
    const entry = checkFileName(fileName) ?? (moduleFormat(source) === 'esm' ? 'main.mjs' : 'main.cjs');
    return { files: [{ name: entry, format: 'TEXT', content: source }], entry };
}

function checkFileName(fileName: unknown): string | undefined {
    if (fileName === undefined || (typeof fileName === 'string' && FILE_NAME.test(fileName))) return fileName;
    throw invalid('source.fileName', fileName, "the name of a module without folders, like 'main.ts'");
}

function snapshotError(what: string): EngineError {
    const message = `${what}, of which no snapshot can be made: what else belongs to it is not known. Give its folder, or its text.`;
    return new EngineError('invalid-value', message, { details: { path: 'options.snapshot' } });
}

/** All that the source of an Actor says about it: what its record and its first build are made of. */
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
    /** Values of further ones that are secret, sealed. */
    sealedEnvVars?: Record<string, string>;
    /** The source, when it was given and not pointed to. */
    sourceFiles?: (SourceFile | SourceFolder)[];
    /** Absolute path of the Actor's folder; for a given source the one it was written to. */
    directory: string;
    /** Absolute path of the module to start with, when the source is a single module. */
    entryFile?: string;
    /** Whether the Actor is a function of the process that registered it. */
    isFunction?: true;
    /** That function; it is not kept on disk. */
    run?: ActorFunction;
    /** What it says to people; kept with the build, and not here. */
    readme?: string;
    /** In MB. */
    memory: { default?: number; min?: number; max?: number };
}

/**
 * What an Actor comes to, as it is now: the function that it was given as, or the program in its folder.
 *
 * @throws EngineError `actor-failed-to-start` for a function of a process that has ended; else as `resolveProgram`.
 */
export async function resolveRunnable(blueprint: ResolvedActorSource): Promise<Runnable> {
    if (blueprint.isFunction !== true) return { type: 'program', ...(await resolveProgram(blueprint)) };
    if (blueprint.run !== undefined) return { type: 'function', run: blueprint.run };
    throw new EngineError(
        'actor-failed-to-start',
        `The Actor \`${blueprint.name}\` is a function that an earlier process gave.`,
        { details: { actor: blueprint.name }, remedy: 'add-function' },
    );
}

/** What the folder of an Actor says to people, if anything. */
export async function readReadme(files: FileChangeDetector, directory: string): Promise<string | undefined> {
    const file = README_FILES.map((name) => join(directory, name)).find((path) => files.isFile(path));
    return file === undefined ? undefined : files.readText(file);
}

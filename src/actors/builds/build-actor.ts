import { rm, copyFile, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join, dirname, sep } from 'node:path';
import { statSync } from 'node:fs';
import { EngineError } from '../../errors/engine-error.js';
import { readActorJson } from '../definition/actor-json.js';
import { writeSourceFiles, checkSourceFiles } from '../source/source-files.js';
import { readReadme, type ResolvedActorSource } from '../source/actor-source.js';
import { resolveProgram } from '../source/resolve-program.js';
import { FileChangeDetector } from '../source/file-change-detector.js';
import { hasBuildScript, missingPackages, runNpm, type BuildWorkspace } from './build-commands.js';
import type { StoredVersion } from '../actor-versions.js';

/** What a build has found out. */
export interface BuiltActor extends Pick<ResolvedActorSource, 'definition' | 'directory' | 'entryFile' | 'memory'> {
    readme?: string;
}

const MODULE = /\.[mc]?[jt]s$/;

/** What is no source: what was installed, the history, and where runs on this machine have kept their data. */
const MODULES = 'node_modules';

const EXCLUDED_FOLDERS = ['.git', 'storage', 'apify_storage', 'crawlee_storage'];

/**
 * Builds a version: puts its source into a folder, installs what is missing, runs the Actor's own build script, and sees
 * whether what came of it can be run.
 *
 * @param workshop - Its directory must not exist yet, and be the only one in its parent.
 * @param exclude - A folder that is no source, wherever it is.
 * @throws EngineError, with what is wrong with the source; the reason of the signal once that is aborted.
 */
export async function buildActor(
    actorName: string,
    version: StoredVersion,
    workshop: BuildWorkspace,
    exclude: string | undefined,
): Promise<BuiltActor> {
    const { directory, signal } = workshop;
    const links = await prepareSource(version, workshop, exclude);
    signal.throwIfAborted();
    const manifest = (await new FileChangeDetector().readJson(join(directory, 'package.json'))) ?? {};
    const missing = await missingPackages(directory, manifest);
    if (missing.length > 0) {
        workshop.log.note(`Not installed yet: ${missing.join(', ')}.`);
        for (const link of links) await rm(link);
        await runNpm(['install'], workshop);
    }
    if (hasBuildScript(manifest)) await runNpm(['run', 'build'], workshop);
    const files = new FileChangeDetector();
    // Read at the end: a build script may write these files, too.
    const { definition, memory } = await readActorJson(files, directory, actorName, directory);
    const entryFile = findOnlyModule(version, directory);
    await resolveProgram({ directory, entryFile });
    return { definition, memory, directory, entryFile, readme: await readReadme(files, directory) };
}

/** Puts the source in place; returns the links to installed packages. */
async function prepareSource(
    version: StoredVersion,
    { directory, log }: BuildWorkspace,
    exclude: string | undefined,
): Promise<string[]> {
    const { sourceType, sourceFiles, origin } = version;
    if (sourceType !== 'SOURCE_FILES') {
        throw sourceError(
            `The source of version ${version.versionNumber} is of the type ${sourceType}, which cannot be built here: ` +
                'nothing is downloaded. Give its files as SOURCE_FILES, or add the folder with `engine.addActor()`.',
        );
    }
    if (sourceFiles.length > 0) {
        log.note(`Source files: ${sourceFiles.length}.`);
        await writeSourceFiles(checkSourceFiles(sourceFiles), directory);
        return [];
    }
    if (origin === undefined) {
        throw sourceError(`Version ${version.versionNumber} has no source files. Update it with \`sourceFiles\`.`);
    }
    if (origin.isFunction === true) {
        throw sourceError(
            'The Actor is a function of the process that added it, and there is nothing to build of that.',
        );
    }
    if (origin.entryFile !== undefined) {
        throw sourceError(
            `The Actor was added as the single module ${origin.entryFile}, and what else belongs to it is not known. ` +
                'Add its folder, or give its files.',
        );
    }
    log.note(`Copying ${origin.directory}.`);
    return copyFolder(origin.directory, directory, exclude);
}

/** A source that is nothing but one module starts with it, whatever it is called. */
function findOnlyModule({ sourceFiles }: StoredVersion, directory: string): string | undefined {
    const [file, ...more] = sourceFiles;
    const isModule = file !== undefined && more.length === 0 && MODULE.test(file.name);
    return isModule ? join(directory, file.name) : undefined;
}

function sourceError(message: string): EngineError {
    return new EngineError('actor-source-invalid', message);
}

/**
 * Copies an Actor's folder.
 *
 * Installed packages are linked and not copied: they are hundreds of megabytes, take longer to copy than a run takes, and
 * are no part of the source. Those of the folders above, where workspaces have them, are reachable from the copy as well.
 *
 * @param to - Must not exist yet; its parent must be empty.
 * @param exclude - Absolute path of a folder that is left out wherever it is.
 * @returns The links, for whoever wants to have packages installed anew: through them, that would change the original.
 */
async function copyFolder(from: string, to: string, exclude: string | undefined): Promise<string[]> {
    const links: string[] = [];
    // Not `cp` of Node: it refuses to copy a folder into one below it, also where that one is left out.
    const copy = async (way: string): Promise<void> => {
        const [source, target] = [join(from, way), join(to, way)];
        await mkdir(target, { recursive: true });
        for (const entry of await readdir(source, { withFileTypes: true })) {
            const next = join(way, entry.name);
            const path = join(from, next);
            if (entry.name === MODULES && isFolder(path)) links.push(await link(path, join(to, next)));
            else if (EXCLUDED_FOLDERS.includes(next) || path === exclude) continue;
            else if (entry.isDirectory()) await copy(next);
            else if (entry.isFile()) await copyFile(path, join(to, next));
            // One that is relative leads to the same place in the copy, and not back to the original.
            else if (entry.isSymbolicLink()) await symlink(await readlink(path), join(to, next));
        }
    };
    await copy('');
    const above = findModulesAbove(from);
    if (above !== undefined) links.push(await link(above, join(dirname(to), MODULES)));
    return links;
}

async function link(target: string, path: string): Promise<string> {
    await symlink(target, path, 'junction');
    return path;
}

function findModulesAbove(folder: string): string | undefined {
    for (let at = dirname(folder); ; at = dirname(at)) {
        const modules = join(at, MODULES);
        if (!at.split(sep).includes(MODULES) && isFolder(modules)) return modules;
        if (dirname(at) === at) return undefined;
    }
}

function isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

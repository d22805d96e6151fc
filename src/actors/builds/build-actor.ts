import { chmod, rm, copyFile, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import { join, dirname, sep } from 'node:path';
import { statSync } from 'node:fs';
import { EngineError } from '../../errors/engine-error.js';
import { PRIVATE_FOLDER } from '../../storage/file/atomic-file.js';
import { readActorJson } from '../definition/actor-json.js';
import { writeSourceFiles, checkSourceFiles } from '../source/source-files.js';
import { readReadme, type ResolvedActorSource } from '../source/actor-source.js';
import { resolveProgram } from '../source/resolve-program.js';
import { FileChangeDetector } from '../source/file-change-detector.js';
import { hasBuildScript, missingPackages, runNpm, type BuildWorkspace } from './build-commands.js';
import type { StoredVersion } from '../actor-versions.js';

/** The result of a build. */
export interface BuiltActor extends Pick<ResolvedActorSource, 'definition' | 'directory' | 'entryFile' | 'memory'> {
    readme?: string;
}

const MODULE = /\.[mc]?[jt]s$/;

/** The folder of installed packages. */
const MODULES = 'node_modules';

/** Folders that are not part of the source: the git history, and storages of local runs. */
const EXCLUDED_FOLDERS = ['.git', 'storage', 'apify_storage', 'crawlee_storage'];

/**
 * Builds a version: copies its source to a folder, installs missing packages, runs the Actor's build script, and checks that
 * the result can be run.
 *
 * @param workspace - Its directory must not exist, and its parent must be empty.
 * @param exclude - Absolute path of a folder that is not part of the source.
 * @throws EngineError `actor-source-invalid`; the reason of the signal once it is aborted.
 */
export async function buildActor(
    actorName: string,
    version: StoredVersion,
    workspace: BuildWorkspace,
    exclude: string | undefined,
): Promise<BuiltActor> {
    const { directory, signal } = workspace;
    const links = await prepareSource(version, workspace, exclude);
    signal.throwIfAborted();
    const manifest = (await new FileChangeDetector().readJson(join(directory, 'package.json'))) ?? {};
    const missing = await missingPackages(directory, manifest);
    if (missing.length > 0) {
        workspace.log.note(`Missing packages: ${missing.join(', ')}.`);
        for (const link of links) await rm(link);
        await runNpm(['install'], workspace);
    }
    if (hasBuildScript(manifest)) await runNpm(['run', 'build'], workspace);
    const files = new FileChangeDetector();
    // Read after the build script, which may write these files.
    const { definition, memory } = await readActorJson(files, directory, actorName, directory);
    const entryFile = findOnlyModule(version, directory);
    await resolveProgram({ directory, entryFile });
    return { definition, memory, directory, entryFile, readme: await readReadme(files, directory) };
}

/** Copies the source to the directory of the build. Returns the links to installed packages. */
async function prepareSource(
    version: StoredVersion,
    { directory, log }: BuildWorkspace,
    exclude: string | undefined,
): Promise<string[]> {
    const { sourceType, sourceFiles, origin } = version;
    if (sourceType !== 'SOURCE_FILES') {
        throw sourceError(
            `The source of version ${version.versionNumber} has the type ${sourceType}, which the engine cannot build because ` +
                'it does not download source code. Provide the files as SOURCE_FILES, or add the folder with `engine.addActor()`.',
        );
    }
    if (sourceFiles.length > 0) {
        log.note(`Source files: ${sourceFiles.length}.`);
        await writeSourceFiles(checkSourceFiles(sourceFiles), directory);
        return [];
    }
    if (origin === undefined) {
        throw sourceError(`Version ${version.versionNumber} has no source files. Set \`sourceFiles\`.`);
    }
    if (origin.isFunction === true) {
        throw sourceError('The Actor is a function, which cannot be built. Start it without building it.');
    }
    if (origin.entryFile !== undefined) {
        throw sourceError(
            `The Actor was added as the single module ${origin.entryFile}, which cannot be built because its other files are ` +
                'unknown. Add its folder, or provide its files.',
        );
    }
    log.note(`Copying ${origin.directory}.`);
    return copyFolder(origin.directory, directory, exclude);
}

/** Returns the entry of a source that is a single module with any name. */
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
 * Links installed packages instead of copying them: they are hundreds of megabytes, take longer to copy than a run takes, and
 * are not part of the source. Also links the packages of the folders above, where workspaces keep them.
 *
 * @param to - Must not exist; its parent must be empty.
 * @param exclude - Absolute path of a folder to leave out.
 * @returns The links. Remove them before installing packages: an installation would change the original through them.
 */
async function copyFolder(from: string, to: string, exclude: string | undefined): Promise<string[]> {
    const links: string[] = [];
    // Node's `cp` refuses to copy a folder into its own subfolder, even if that is excluded.
    const copy = async (relativePath: string): Promise<void> => {
        const [source, target] = [join(from, relativePath), join(to, relativePath)];
        await mkdir(target, { recursive: true, mode: PRIVATE_FOLDER });
        for (const entry of await readdir(source, { withFileTypes: true })) {
            const next = join(relativePath, entry.name);
            const path = join(from, next);
            if (entry.name === MODULES && isFolder(path)) links.push(await link(path, join(to, next)));
            else if (EXCLUDED_FOLDERS.includes(next) || path === exclude) continue;
            else if (entry.isDirectory()) await copy(next);
            else if (entry.isFile()) await copyPrivately(path, join(to, next));
            // A relative link points into the copy, not back to the original.
            else if (entry.isSymbolicLink()) await symlink(await readlink(path), join(to, next));
        }
    };
    await copy('');
    const above = findModulesAbove(from);
    if (above !== undefined) links.push(await link(above, join(dirname(to), MODULES)));
    return links;
}

/** Copies a file with the permissions of its owner only. */
async function copyPrivately(from: string, to: string): Promise<void> {
    await copyFile(from, to);
    await chmod(to, (await stat(to)).mode & PRIVATE_FOLDER);
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

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { readActorJson } from '../actor-json.js';
import { readJsonFile } from '../json-file.js';
import { materialise } from '../materialise.js';
import { readReadme } from '../read-readme.js';
import { resolveProgram } from '../resolve-program.js';
import { SeenFiles } from '../seen-files.js';
import { checkSourceFiles } from '../source-files.js';
import { hasBuildScript, missingPackages, runNpm, type Workshop } from './build-commands.js';
import { copyFolder } from './copy-folder.js';
import type { ActorBlueprint } from '../actor-blueprint.js';
import type { StoredVersion } from '../version-records.js';

/** What a build has found out. */
export interface BuiltActor extends Pick<ActorBlueprint, 'definition' | 'directory' | 'entryFile' | 'memory'> {
    readme?: string;
}

const MODULE = /\.[mc]?[jt]s$/;

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
    workshop: Workshop,
    exclude: string | undefined,
): Promise<BuiltActor> {
    const { directory, signal } = workshop;
    const links = await layOut(version, workshop, exclude);
    signal.throwIfAborted();
    const manifest = (await readJsonFile(new SeenFiles(), join(directory, 'package.json'))) ?? {};
    const missing = await missingPackages(directory, manifest);
    if (missing.length > 0) {
        workshop.log.note(`Not installed yet: ${missing.join(', ')}.`);
        for (const link of links) await rm(link);
        await runNpm(['install'], workshop);
    }
    if (hasBuildScript(manifest)) await runNpm(['run', 'build'], workshop);
    const seen = new SeenFiles();
    // Read at the end: a build script may write these files, too.
    const { definition, memory } = await readActorJson(seen, directory, actorName, directory);
    const entryFile = onlyModule(version, directory);
    await resolveProgram({ directory, entryFile });
    return { definition, memory, directory, entryFile, readme: await readReadme(seen, directory) };
}

/** Puts the source in place; returns the links to installed packages. */
async function layOut(
    version: StoredVersion,
    { directory, log }: Workshop,
    exclude: string | undefined,
): Promise<string[]> {
    const { sourceType, sourceFiles, origin } = version;
    if (sourceType !== 'SOURCE_FILES') {
        throw problem(
            `The source of version ${version.versionNumber} is of the type ${sourceType}, which cannot be built here: ` +
                'nothing is downloaded. Give its files as SOURCE_FILES, or add the folder with `engine.addActor()`.',
        );
    }
    if (sourceFiles.length > 0) {
        log.note(`Source files: ${sourceFiles.length}.`);
        await materialise(checkSourceFiles(sourceFiles), directory);
        return [];
    }
    if (origin === undefined) {
        throw problem(`Version ${version.versionNumber} has no source files. Update it with \`sourceFiles\`.`);
    }
    if (origin.isFunction === true) {
        throw problem('The Actor is a function of the process that added it, and there is nothing to build of that.');
    }
    if (origin.entryFile !== undefined) {
        throw problem(
            `The Actor was added as the single module ${origin.entryFile}, and what else belongs to it is not known. ` +
                'Add its folder, or give its files.',
        );
    }
    log.note(`Copying ${origin.directory}.`);
    return copyFolder({ from: origin.directory, to: directory, exclude });
}

/** A source that is nothing but one module starts with it, whatever it is called. */
function onlyModule({ sourceFiles }: StoredVersion, directory: string): string | undefined {
    const [file, ...more] = sourceFiles;
    const isModule = file !== undefined && more.length === 0 && MODULE.test(file.name);
    return isModule ? join(directory, file.name) : undefined;
}

function problem(message: string): EngineError {
    return new EngineError('actor-source-invalid', message);
}

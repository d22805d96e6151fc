import { readActorJson, type ActorJson } from '../definition/actor-json.js';
import { FileChangeDetector } from '../source/file-change-detector.js';
import type { ResolvedActorSource } from '../source/actor-source.js';
import { describeBuild, type BuildDocument, type BuildRegistry } from './builds.js';

/** Keeps builds that are no copies of their folder up to date with it. */
export class WatchedFolders {
    readonly #builds: BuildRegistry;
    /** What was looked at for each build when it was last read. */
    readonly #files = new WeakMap<BuildDocument, FileChangeDetector>();

    constructor(builds: BuildRegistry) {
        this.#builds = builds;
    }

    /**
     * Takes in what `actor.json` and the schemas say now: definition, schemas, bounds of memory and environment variables. Name,
     * version and tag of the build stay. As long as none of the files changes, that costs a `stat` each.
     *
     * @returns Undefined when there is nothing to wait for.
     * @throws EngineError `actor-source-invalid`, when they are not as they must be; then nothing has changed.
     */
    refresh(document: BuildDocument): Promise<void> | undefined {
        if (!followsFolder(document) || this.#files.get(document)?.areUnchanged()) return undefined;
        return this.#read(document);
    }

    async #read(document: BuildDocument): Promise<void> {
        const { build, blueprint } = document;
        const files = new FileChangeDetector();
        // That it is gone is told by whoever looks for the program in it.
        if (!files.isFolder(blueprint.directory)) return;
        const facts = await readActorJson(files, blueprint.directory, blueprint.name);
        this.#files.set(document, files);
        const before = JSON.stringify([blueprint, build.actorDefinition]);
        const { definition, memory } = facts;
        const changed = { ...blueprint, ...mergeEnvVars(blueprint, facts), definition, memory };
        if (JSON.stringify([changed, definition]) === before) return;
        document.blueprint = changed;
        describeBuild(build, definition);
        this.#builds.save(document);
    }
}

function followsFolder({ build, blueprint }: BuildDocument): boolean {
    const { sourceFiles, entryFile, isFunction } = blueprint;
    const isFolder = [sourceFiles, entryFile, isFunction].every((other) => other === undefined);
    // One that was made with options is a copy.
    return isFolder && build.options === undefined && build.status === 'SUCCEEDED';
}

/** Those that the folder names replace all others, but secrets; else those are left that it has never named. */
function mergeEnvVars(
    { envVars, sealedEnvVars, definition }: ResolvedActorSource,
    { envVars: named }: ActorJson,
): Pick<ResolvedActorSource, 'envVars' | 'sealedEnvVars'> {
    const without = (values: Record<string, string>, names: object = {}): Record<string, string> =>
        Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(names, name)));
    return {
        envVars: Object.keys(named).length > 0 ? named : without(envVars, definition?.environmentVariables),
        ...(sealedEnvVars && { sealedEnvVars: without(sealedEnvVars, named) }),
    };
}

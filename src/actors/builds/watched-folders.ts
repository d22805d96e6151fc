import { readActorJson } from '../definition/actor-json.js';
import { resolveSecretReferences, type ResolvedVariables } from '../definition/secret-references.js';
import { FileChangeDetector } from '../source/file-change-detector.js';
import type { SecretCipher } from '../../storage/secret-cipher.js';
import type { ResolvedActorSource } from '../source/actor-source.js';
import { describeBuild, type BuildDocument, type BuildRegistry } from './builds.js';

/** Keeps builds that follow their folder up to date. */
export class WatchedFolders {
    readonly #builds: BuildRegistry;
    /** The files that were last read for each build. */
    readonly #files = new WeakMap<BuildDocument, FileChangeDetector>();

    readonly #secrets: SecretCipher;

    constructor(builds: BuildRegistry, secrets: SecretCipher) {
        this.#builds = builds;
        this.#secrets = secrets;
    }

    /**
     * Updates a build from the current `actor.json` and schemas: definition, schemas, memory limits and environment variables.
     * Name, version and tag do not change. If no file changed, this costs one `stat` per file.
     *
     * @returns Undefined if the build is up to date.
     * @throws EngineError `actor-source-invalid` if a file is invalid; then the build does not change.
     */
    refresh(document: BuildDocument): Promise<void> | undefined {
        if (!followsFolder(document) || this.#files.get(document)?.areUnchanged()) return undefined;
        return this.#read(document);
    }

    async #read(document: BuildDocument): Promise<void> {
        const { build, blueprint } = document;
        const files = new FileChangeDetector();
        // Resolving the program reports a missing folder.
        if (!files.isFolder(blueprint.directory)) return;
        const actorJson = await readActorJson(files, blueprint.directory, blueprint.name);
        this.#files.set(document, files);
        const variables = await resolveSecretReferences(files, blueprint.directory, actorJson.envVars);
        const before = JSON.stringify([blueprint, build.actorDefinition]);
        const { definition, memory } = actorJson;
        const changed = { ...blueprint, ...mergeEnvVars(blueprint, variables, this.#secrets), definition, memory };
        if (JSON.stringify([changed, definition]) === before) return;
        document.blueprint = changed;
        describeBuild(build, definition);
        this.#builds.save(document);
    }
}

function followsFolder({ build, blueprint }: BuildDocument): boolean {
    const { sourceFiles, entryFile, isFunction } = blueprint;
    const isFolder = [sourceFiles, entryFile, isFunction].every((other) => other === undefined);
    // A build with options is a copy.
    return isFolder && build.options === undefined && build.status === 'SUCCEEDED';
}

/**
 * Merges environment variables: those of the folder replace all except secrets. If the folder has none, removes those that it
 * had before.
 */
function mergeEnvVars(
    { envVars, sealedEnvVars = {}, definition }: ResolvedActorSource,
    current: ResolvedVariables,
    secrets: SecretCipher,
): Pick<ResolvedActorSource, 'envVars' | 'sealedEnvVars'> {
    const without = (values: Record<string, string>, names: object = {}): Record<string, string> =>
        Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(names, name)));
    const sealed = Object.entries(current.secretEnvVars).map(([name, value]): [string, string] => {
        const before = sealedEnvVars[name];
        // The same text is encrypted differently each time, so an unchanged secret keeps its text.
        return [name, before !== undefined && secrets.decrypt(before) === value ? before : secrets.encrypt(value)];
    });
    const names = { ...current.envVars, ...current.secretEnvVars };
    const references = Object.entries(definition?.environmentVariables ?? {}).filter(([, value]) => /^@./s.test(value));
    const kept = without(sealedEnvVars, { ...names, ...Object.fromEntries(references) });
    return {
        envVars: Object.keys(names).length > 0 ? current.envVars : without(envVars, definition?.environmentVariables),
        sealedEnvVars: { ...kept, ...Object.fromEntries(sealed) },
    };
}

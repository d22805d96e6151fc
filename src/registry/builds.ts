import { EngineError } from '../errors/engine-error.js';
import { didYouMean } from '../util/near-miss.js';
import type { Actor, Build } from '../model/actor.js';
import type { ActorBlueprint } from './actor-source.js';
import type { DocumentStore } from './document-store.js';

/** A build with what it was made from. */
export interface BuildDocument {
    build: Build;
    blueprint: ActorBlueprint;
}

/** Weights of the parts of a build number in `buildNumberInt`, as the platform has them. */
const MAJOR_BASE = 1e7;
const MINOR_BASE = 1e5;

/** The builds of all Actors. */
export class BuildRegistry {
    readonly #documents: DocumentStore;
    readonly #builds = new Map<string, BuildDocument>();

    constructor(documents: DocumentStore) {
        this.#documents = documents;
        for (const document of documents.loadAll('builds') as BuildDocument[]) {
            this.#builds.set(document.build.id, document);
        }
    }

    add(document: BuildDocument): void {
        this.#builds.set(document.build.id, document);
        this.#documents.save('builds', document.build.id, document);
    }

    get(id: string): BuildDocument | undefined {
        return this.#builds.get(id);
    }

    /** @throws EngineError `unknown-build-tag` when there is no such build any more. */
    require(id: string): BuildDocument {
        const document = this.#builds.get(id);
        if (document) return document;
        throw new EngineError(
            'unknown-build-tag',
            `The build \`${id}\` is gone, as its Actor is. Name another \`build\`.`,
        );
    }

    of(actorId: string): BuildDocument[] {
        return [...this.#builds.values()].filter(({ build }) => build.actId === actorId);
    }

    removeOf(actorId: string): void {
        for (const { build } of this.of(actorId)) {
            this.#builds.delete(build.id);
            this.#documents.remove('builds', build.id);
        }
    }

    /** The number of the next build of a version, counting from 1. */
    nextNumber(actorId: string, versionNumber: string): string {
        const prefix = `${versionNumber}.`;
        const numbers = this.of(actorId)
            .filter(({ build }) => build.buildNumber.startsWith(prefix))
            .map(({ build }) => Number(build.buildNumber.slice(prefix.length)));
        return `${prefix}${Math.max(0, ...numbers) + 1}`;
    }

    /**
     * The build that a tag or a number names.
     *
     * @throws EngineError `unknown-build-tag`, with the tags and numbers there are.
     */
    resolve(actor: Actor, tagOrNumber: string): BuildDocument {
        const tagged = Object.hasOwn(actor.taggedBuilds, tagOrNumber) ? actor.taggedBuilds[tagOrNumber] : undefined;
        const found = tagged
            ? this.#builds.get(tagged.buildId)
            : this.of(actor.id).find(({ build }) => build.buildNumber === tagOrNumber);
        if (found) return found;
        const known = [...Object.keys(actor.taggedBuilds), ...this.of(actor.id).map(({ build }) => build.buildNumber)];
        throw new EngineError(
            'unknown-build-tag',
            `Actor \`${actor.username}/${actor.name}\` has no build \`${tagOrNumber}\`.` +
                `${didYouMean(tagOrNumber, known)} It has: ${known.join(', ')}.`,
            { details: { build: tagOrNumber } },
        );
    }
}

/** A build number as one number that sorts as the platform sorts it. */
export function buildNumberInt(buildNumber: string): number {
    const [major = 0, minor = 0, build = 0] = buildNumber.split('.').map(Number);
    return major * MAJOR_BASE + minor * MINOR_BASE + build;
}

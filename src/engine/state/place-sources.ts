import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { relocateBuild, writeSourceFolder } from './source-files.js';
import type { AllDocuments } from '../../registry/document-store.js';
import type { SourceFolders } from '../source-folders.js';
import type { EngineState } from './engine-state.js';

/** The sources of a state, at their new place. */
export interface PlacedSources {
    /** The documents of the state, with the paths of the new place. */
    documents: AllDocuments;
    /** Removes the folders that belong to the state before. */
    tidy: () => Promise<void>;
}

/**
 * Puts the sources of a state into the folders of an engine that goes on. Those that are there already stay as they are: what
 * a build was made of does not change, and threads that wait for its runs know where it is.
 */
export async function placeSources(
    { documents, sources: { root: before, folders } }: EngineState,
    sources: SourceFolders,
): Promise<PlacedSources> {
    if (folders.length === 0 && sources.root === undefined) return { documents, tidy: async () => {} };
    const root = await sources.prepareRoot();
    for (const folder of folders) {
        if (!existsSync(join(root, folder.name))) writeSourceFolder(root, folder);
    }
    const kept = new Set([...folders.map(({ name }) => name), 'node_modules']);
    return {
        documents: relocateDocuments(documents, before, root),
        async tidy() {
            const others = readdirSync(root).filter((name) => !kept.has(name));
            await Promise.all(others.map((name) => rm(join(root, name), { recursive: true, force: true })));
        },
    };
}

/** Documents that name the sources of one root, as documents that name them in another. */
function relocateDocuments(documents: AllDocuments, from: string, to: string): AllDocuments {
    const builds = documents.builds.map(([id, json]) => [id, relocateBuild(json, from, to)] as const);
    return { ...documents, builds };
}

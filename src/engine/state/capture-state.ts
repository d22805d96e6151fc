import { DOCUMENT_KINDS, type AllDocuments, type DocumentText } from '../../registry/document-store.js';
import { isTerminal } from '../../model/status.js';
import { sourceFolderOf } from '../source-folders.js';
import { readSourceFolders } from './source-files.js';
import type { StoredStorage } from '../../storage/backend.js';
import type { EngineServices } from '../services.js';
import type { EngineState, StorageState } from './engine-state.js';

/** The whole state as it is at this moment. It is read in one go, so that nothing in it is later than anything else. */
export function captureState(parts: EngineServices): EngineState {
    const { medium, building, userParts, storages } = parts;
    // Counts of runs are not worth a write each.
    building.actors.saveCounts();
    userParts.saveCounts();
    const { dataset, keyValueStore, requestQueue } = storages.dump();
    return {
        documents: captureDocuments(parts),
        storages: {
            dataset: dataset.map(toState),
            keyValueStore: keyValueStore.map(toState),
            requestQueue: requestQueue.map(toState),
        },
        charges: medium.charges.dump?.() ?? [],
        logs: parts.logs.dump(),
        secretKey: medium.secrets.key(),
        sources: captureSources(parts),
    };
}

function captureDocuments({ medium: { documents } }: EngineServices): AllDocuments {
    const kinds = DOCUMENT_KINDS.map((kind) => [kind, documents.dump(kind)] as const);
    const all = Object.fromEntries(kinds) as Record<(typeof DOCUMENT_KINDS)[number], DocumentText[]>;
    // Who has a snapshot is not to have the tokens, which stay those of the engine that it is restored in.
    return { ...all, users: all.users.map(([id, json]) => [id, withoutToken(json)]) };
}

function withoutToken(json: string): string {
    const { token: _, ...user } = JSON.parse(json) as { token: string };
    return JSON.stringify(user);
}

function toState({ metadata, ...storage }: StoredStorage): StorageState {
    return { ...storage, document: JSON.stringify(metadata) };
}

/** The folders of builds that have ended: what is still being made is given up with its build. */
function captureSources({ medium: { sources }, building: { builds } }: EngineServices): EngineState['sources'] {
    const { root } = sources;
    if (root === undefined) return { root: '', folders: [] };
    const names = new Set<string>();
    for (const { build, blueprint } of builds.all()) {
        const name = sourceFolderOf(blueprint.ownFolder ?? blueprint.directory, root);
        if (name !== undefined && isTerminal(build.status)) names.add(name);
    }
    return { root, folders: readSourceFolders(root, [...names]) };
}

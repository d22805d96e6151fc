import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFileLogSink } from '../../logs/log-sink.js';
import { createFileDocuments } from '../../registry/file-documents.js';
import { DOCUMENT_KINDS } from '../../registry/document-store.js';
import { writeNewFile, type Durability } from '../../storage/atomic-file.js';
import { openFileBackend } from '../../storage/file-backend.js';
import { onDisk } from '../../storage/disk-error.js';
import { saveSecretKey } from '../../storage/secret-box.js';
import { reviveDate } from '../../util/json.js';
import { relocateDocuments } from './place-sources.js';
import { writeSourceFolder } from './source-files.js';
import { discardNext, nextStateOf, switchToNext } from './switch-directories.js';
import type { EngineState } from './engine-state.js';

/** A state that is in files, and does not count yet. */
export interface StagedState {
    /** Lets it take the place of the state that is in the directory. No file of that may be open. */
    take(): Promise<void>;
    discard(): Promise<void>;
}

/** Writes a state into a storage directory, beside the one that is there. */
export async function stageState(state: EngineState, storageDir: string, durability: Durability): Promise<StagedState> {
    await discardNext(storageDir);
    try {
        await writeState(state, storageDir, durability);
    } catch (error) {
        await discardNext(storageDir);
        throw error;
    }
    return {
        take: () => switchToNext(storageDir, durability),
        discard: () => discardNext(storageDir),
    };
}

async function writeState(state: EngineState, storageDir: string, durability: Durability): Promise<void> {
    const next = nextStateOf(storageDir);
    await writeStorages(state, next, durability);
    writeDocuments(state, join(next, 'registry'), { durability, sources: join(storageDir, 'sources') });
    const logs = createFileLogSink(join(next, 'logs'));
    for (const [id, text] of state.logs) {
        logs.append(id, text);
        logs.end(id);
    }
    logs.close();
    if (state.secretKey !== undefined) saveSecretKey(join(next, 'secret.key'), state.secretKey);
    for (const folder of state.sources.folders) writeSourceFolder(join(next, 'sources'), folder);
}

async function writeStorages({ storages }: EngineState, next: string, durability: Durability): Promise<void> {
    const backend = await openFileBackend({ directory: next, durability });
    try {
        for (const kind of ['dataset', 'keyValueStore', 'requestQueue'] as const) {
            for (const { document, ...storage } of storages[kind]) {
                backend.fill(kind, { ...storage, metadata: JSON.parse(document) as unknown });
            }
        }
    } finally {
        await backend.close();
    }
}

function writeDocuments(
    state: EngineState,
    directory: string,
    { durability, sources }: { durability: Durability; sources: string },
): void {
    const store = createFileDocuments({ directory, durability, temporary: directory, onWarning: () => {} });
    const documents = relocateDocuments(state.documents, state.sources.root, sources);
    for (const kind of DOCUMENT_KINDS) {
        for (const [id, json] of documents[kind]) store.save(kind, id, JSON.parse(json, reviveDate) as object);
    }
    const charges = join(directory, 'charges');
    onDisk('make', charges, () => mkdirSync(charges));
    for (const [runId, lines] of state.charges) {
        const path = join(charges, `${runId}.jsonl`);
        onDisk('write', path, () => writeNewFile(path, [lines.map((line) => `${line}\n`).join('')], durability));
    }
}

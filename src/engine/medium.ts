import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileCharges, createMemoryCharges, type ClosableChargeStore } from '../registry/charge-store.js';
import { createFileDocuments, noDocuments, type DocumentStore } from '../registry/document-store.js';
import { linkStandIns } from '../registry/stand-ins.js';
import { openFileBackend } from '../storage/file-backend.js';
import { createMemoryBackend } from '../storage/memory-backend.js';
import { createSecretBox, type SecretBox } from '../storage/secret-box.js';
import type { StorageBackend } from '../storage/backend.js';
import type { ResolvedEngineOptions } from './options.js';

/** Where an engine keeps what it keeps. */
export interface Medium {
    backend: StorageBackend;
    documents: DocumentStore;
    charges: ClosableChargeStore;
    /** What seals secrets before they are written down. */
    secrets: SecretBox;
    logDirectory: string | undefined;
    /** Makes a fresh folder for an Actor whose source was given as text. */
    workDirectory: () => Promise<string>;
    /** Removes what is not to outlive the engine. */
    dispose: () => Promise<void>;
}

/** Opens the directory of the options, or memory. What a crash had left behind is told through `onWarning`. */
export async function openMedium(
    options: ResolvedEngineOptions,
    onWarning: (message: string) => void,
): Promise<Medium> {
    const { storageDir, durability } = options;
    if (storageDir === undefined) return memoryMedium(options);
    const backend = await openFileBackend({ directory: storageDir, durability, onWarning });
    try {
        const sources = join(storageDir, 'sources');
        // Of an earlier engine, whose package may have been at another place.
        if (existsSync(sources)) await linkStandIns(sources, options.standInsUrl);
        const charges = createFileCharges({
            directory: join(storageDir, 'registry', 'charges'),
            durability,
            onWarning,
        });
        return {
            backend,
            documents: createFileDocuments({ directory: join(storageDir, 'registry'), durability }),
            charges,
            secrets: createSecretBox(join(storageDir, 'secret.key')),
            logDirectory: join(storageDir, 'logs'),
            workDirectory: sourceFolders(options, async () => sources),
            dispose: async () => charges.close(),
        };
    } catch (error) {
        await backend.close();
        throw error;
    }
}

function memoryMedium(options: ResolvedEngineOptions): Medium {
    let root: Promise<string> | undefined;
    return {
        backend: createMemoryBackend(),
        documents: noDocuments,
        charges: createMemoryCharges(),
        secrets: createSecretBox(),
        logDirectory: undefined,
        workDirectory: sourceFolders(options, () => (root ??= mkdtemp(join(tmpdir(), 'greenroom-')))),
        async dispose() {
            if (root) await rm(await root, { recursive: true, force: true });
        },
    };
}

/** Makes a fresh folder for each given source, below one from which the built-in SDK resolves. */
function sourceFolders({ standInsUrl }: ResolvedEngineOptions, findRoot: () => Promise<string>): () => Promise<string> {
    let root: Promise<string> | undefined;
    const prepare = async (): Promise<string> => {
        const directory = await findRoot();
        await linkStandIns(directory, standInsUrl);
        return directory;
    };
    return async () => {
        root ??= prepare();
        return mkdtemp(join(await root, 'actor-'));
    };
}

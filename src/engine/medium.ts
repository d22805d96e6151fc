import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryCharges, type ClosableChargeStore } from '../registry/charge-store.js';
import { noDocuments, type DocumentStore } from '../registry/document-store.js';
import { createMemoryBackend } from '../storage/memory-backend.js';
import { createSecretBox, type SecretBox } from '../storage/secret-box.js';
import { sourceFolders } from './source-folders.js';
import type { LogSink } from '../logs/log-sink.js';
import type { StorageBackend } from '../storage/backend.js';
import type { ResolvedEngineOptions } from './options.js';

/** Where an engine keeps what it keeps. */
export interface Medium {
    backend: StorageBackend;
    documents: DocumentStore;
    charges: ClosableChargeStore;
    /** What seals secrets before they are written down. */
    secrets: SecretBox;
    /** Where logs are written to besides; undefined if nowhere. */
    logSink: LogSink | undefined;
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
    const { storageDir } = options;
    if (storageDir === undefined) return memoryMedium(options);
    // Most engines are in tests and in memory, and need nothing of what files take.
    const { openFileMedium } = await import('./file-medium.js');
    return openFileMedium(options, storageDir, onWarning);
}

function memoryMedium(options: ResolvedEngineOptions): Medium {
    let root: Promise<string> | undefined;
    return {
        backend: createMemoryBackend(),
        documents: noDocuments,
        charges: createMemoryCharges(),
        secrets: createSecretBox(),
        logSink: undefined,
        workDirectory: sourceFolders(options, () => (root ??= mkdtemp(join(tmpdir(), 'greenroom-')))),
        async dispose() {
            if (root) await rm(await root, { recursive: true, force: true });
        },
    };
}

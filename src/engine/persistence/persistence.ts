import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryChargeLog, type ClosableChargeLog } from '../../records/charge-log.js';
import { createMemoryDocuments, type DocumentStore } from '../../records/document-store.js';
import { MemoryBackend } from '../../storage/memory/memory-backend.js';
import { createSecretCipher, type SecretCipher } from '../../storage/secret-cipher.js';
import { createSourceFolders, type SourceFolders } from './source-folders.js';
import type { LogWriter } from '../../logs/log-writer.js';
import type { LogText } from '../../logs/log-store.js';
import type { StorageBackend } from '../../storage/backend.js';
import type { ResolvedEngineOptions } from '../options/options.js';
import type { EngineState } from '../snapshot/engine-state.js';

/**
 * The stores that hold the state of an engine: together with the live logs, all of it. Everything else is lost when the engine
 * closes and is not part of snapshots; see {@link EngineState}.
 */
export interface Persistence {
    readonly backend: StorageBackend;
    readonly documents: DocumentStore;
    readonly charges: ClosableChargeLog;
    /** Encrypts secrets before they are stored. */
    readonly secrets: SecretCipher;
    /** Writes logs to disk; undefined if they stay in memory. */
    readonly logWriter: LogWriter | undefined;
    /** Existing logs, if they are in memory. */
    readonly logTexts: readonly LogText[];
    readonly sources: SourceFolders;
    /** Reports stored data that cannot be read. */
    readonly warn: (message: string) => void;
    /** Closes everything except the backend, which is closed separately. */
    close(): void;
}

/** Memory or a directory that holds the state of an engine. It has one open {@link Persistence} at a time, for one state. */
export interface PersistenceProvider {
    /** Opens the existing state. */
    open(): Promise<Persistence>;
    /**
     * Stages another state without changing the current one. Returns a function that replaces the current state, whose persistence
     * must be closed by then, and opens the new one.
     */
    stage(state: EngineState): Promise<() => Promise<Persistence>>;
    /** Unlocks the directory, or removes temporary files. */
    release(): Promise<void>;
}

/** Opens the directory of the options, or memory. Reports recovery from a crash by `onWarning`. */
export async function openPersistenceProvider(
    options: ResolvedEngineOptions,
    onWarning: (message: string) => void,
): Promise<PersistenceProvider> {
    const { storageDir } = options;
    if (storageDir === undefined) return createMemoryPersistenceProvider(options, onWarning);
    // Loaded on demand: most engines are in tests and in memory.
    const { openFilePersistenceProvider } = await import('./file-persistence.js');
    return openFilePersistenceProvider(options, storageDir, onWarning);
}

function createMemoryPersistenceProvider(
    options: ResolvedEngineOptions,
    warn: Persistence['warn'],
): PersistenceProvider {
    let root: Promise<string> | undefined;
    // Shared by all states, so that the files of Actors keep their paths when a state is restored.
    const sources = createSourceFolders(options, {
        createRoot: () => (root ??= mkdtemp(join(tmpdir(), 'greenroom-'))),
    });
    return {
        open: async () => openMemoryPersistence(sources, warn),
        async stage(state) {
            const { restoreSourceFiles } = await import('../snapshot/lazy-snapshot.js');
            const removeOthers = await restoreSourceFiles(state.sources, sources);
            return async () => {
                await removeOthers();
                return openMemoryPersistence(sources, warn, state);
            };
        },
        async release() {
            if (root) await rm(await root, { recursive: true, force: true });
        },
    };
}

/** Opens a state in memory, by default an empty one. */
export function openMemoryPersistence(
    sources: SourceFolders,
    warn: Persistence['warn'],
    state?: EngineState,
): Persistence {
    return {
        backend: new MemoryBackend(state?.storages),
        documents: createMemoryDocuments(state?.documents),
        charges: createMemoryChargeLog(state?.charges),
        secrets: createSecretCipher(undefined, state?.secretKey),
        logWriter: undefined,
        logTexts: state?.logs ?? [],
        sources,
        warn,
        close: () => {},
    };
}

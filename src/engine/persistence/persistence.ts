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
 * Where an engine keeps what it keeps: the whole of its state, together with the texts of live logs. What is in none of these
 * is not in snapshots, and gone when the engine is; see {@link EngineState}.
 */
export interface Persistence {
    readonly backend: StorageBackend;
    readonly documents: DocumentStore;
    readonly charges: ClosableChargeLog;
    /** What seals secrets before they are written down. */
    readonly secrets: SecretCipher;
    /** Where logs are written to besides; undefined if nowhere. */
    readonly logWriter: LogWriter | undefined;
    /** Logs that there are already, where nothing else keeps them. */
    readonly logTexts: readonly LogText[];
    readonly sources: SourceFolders;
    /** Tells the user of what is kept and cannot be read. */
    readonly warn: (message: string) => void;
    /** Gives up what is open; the backend is closed by itself. */
    close(): void;
}

/** The place of an engine's state. It has one medium at a time: another state comes with another medium. */
export interface PersistenceProvider {
    /** Opens what is there. */
    open(): Promise<Persistence>;
    /**
     * Writes another state down beside the one that is there, which does not change by that. Returns what puts it in the place of
     * the other, whose medium must have been closed, and opens it.
     */
    stage(state: EngineState): Promise<() => Promise<Persistence>>;
    /** Gives the place up, and removes what is not to outlive the engine. */
    release(): Promise<void>;
}

/** Claims the directory of the options, or memory. What a crash had left behind is told through `onWarning`. */
export async function openPersistenceProvider(
    options: ResolvedEngineOptions,
    onWarning: (message: string) => void,
): Promise<PersistenceProvider> {
    const { storageDir } = options;
    if (storageDir === undefined) return memoryGround(options, onWarning);
    // Most engines are in tests and in memory, and need nothing of what files take.
    const { openFilePersistenceProvider: claimFileGround } = await import('./file-persistence.js');
    return claimFileGround(options, storageDir, onWarning);
}

function memoryGround(options: ResolvedEngineOptions, warn: Persistence['warn']): PersistenceProvider {
    let root: Promise<string> | undefined;
    // One for all states, so that the Actors of a state that comes back are where they were.
    const sources = createSourceFolders(options, () => (root ??= mkdtemp(join(tmpdir(), 'greenroom-'))));
    return {
        open: async () => openMemoryPersistence(sources, warn),
        async stage(state) {
            const { restoreSourceFiles } = await import('../snapshot/lazy-snapshot.js');
            const { documents, removeOthers: tidy } = await restoreSourceFiles(state, sources);
            return async () => {
                await tidy();
                return openMemoryPersistence(sources, warn, { ...state, documents });
            };
        },
        async release() {
            if (root) await rm(await root, { recursive: true, force: true });
        },
    };
}

/** Opens a state in memory, by default one in which nothing has happened yet. */
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

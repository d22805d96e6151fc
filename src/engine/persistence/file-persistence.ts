import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createFileLogWriter } from '../../logs/log-writer.js';
import { createFileChargeLog } from '../../records/file-charge-log.js';
import { openFileDocuments } from '../../records/file-documents.js';
import { linkApifyShim } from '../../actors/source/link-apify-shim.js';
import { lockDirectory, type DirectoryLock } from '../../storage/file/directory/directory-lock.js';
import { createFileSystemContext } from '../../storage/file/file-system-context.js';
import { wrapFsErrorAsync } from '../../storage/file/fs-error.js';
import { openFileBackend } from '../../storage/file/file-backend.js';
import { finishReset, resetDirectory } from '../../storage/file/directory/directory-format.js';
import { createSecretCipher } from '../../storage/secret-cipher.js';
import { createSourceFolders } from './source-folders.js';
import { withCloseGuard } from './close-guard.js';
import type { PersistenceProvider, Persistence } from './persistence.js';
import type { ResolvedEngineOptions } from '../options/options.js';

/** Locks a directory for the state of an engine. Reports recovery from a crash by `onWarning`. */
export async function openFilePersistenceProvider(
    options: ResolvedEngineOptions,
    storageDir: string,
    onWarning: (message: string) => void,
): Promise<PersistenceProvider> {
    const lock = await lockDirectory(storageDir);
    const open = (): Promise<Persistence> => openFilePersistence(options, lock, onWarning);
    try {
        if (await finishReset(lock.directory, options.durability)) {
            onWarning(`The process ended during a reset of \`${storageDir}\`. The reset has been completed now.`);
        }
    } catch (error) {
        lock.release();
        throw error;
    }
    return {
        open,
        // Only `reset()` replaces a state in files, so the new state is always empty.
        stage: async () => async () => {
            await resetDirectory(lock.directory, options.durability);
            return open();
        },
        release: async () => lock.release(),
    };
}

async function openFilePersistence(
    options: ResolvedEngineOptions,
    lock: DirectoryLock,
    onWarning: (message: string) => void,
): Promise<Persistence> {
    const { durability } = options;
    const { directory } = lock;
    const disk = createFileSystemContext({ directory, lockFile: lock.file, durability, onWarning });
    const backend = await openFileBackend(disk);
    try {
        const root = join(directory, 'sources');
        const createRoot = async (): Promise<string> => {
            disk.createFolder(root);
            return root;
        };
        const sources = createSourceFolders(options, { createRoot, knownRoot: root, directory });
        // The link is from an earlier engine, whose package may have been in another location.
        if (existsSync(root)) {
            const prepared = wrapFsErrorAsync('prepare', root, () => linkApifyShim(root, options.apifyShimUrl));
            // Only the Actors whose code is there cannot run.
            await prepared.catch((error: unknown) => onWarning((error as Error).message));
        }
        const registry = join(directory, 'registry');
        return {
            ...withCloseGuard({
                charges: createFileChargeLog(join(registry, 'charges'), disk),
                documents: openFileDocuments(registry, disk),
                logWriter: createFileLogWriter(join(directory, 'logs'), disk),
            }),
            backend,
            secrets: createSecretCipher(join(directory, 'secret.key')),
            logTexts: [],
            sources,
            warn: onWarning,
        };
    } catch (error) {
        await backend.close();
        throw error;
    }
}

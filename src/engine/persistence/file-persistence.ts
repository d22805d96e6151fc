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

/** Claims a directory. What a crash had left behind is told through `onWarning`. */
export async function openFilePersistenceProvider(
    options: ResolvedEngineOptions,
    storageDir: string,
    onWarning: (message: string) => void,
): Promise<PersistenceProvider> {
    const claim = await lockDirectory(storageDir);
    const open = (): Promise<Persistence> => openFileMedium(options, claim, onWarning);
    try {
        if (await finishReset(claim.directory, options.durability)) {
            onWarning(`The process ended during a reset of \`${storageDir}\`; the reset has been finished.`);
        }
    } catch (error) {
        claim.release();
        throw error;
    }
    return {
        open,
        // A state in files is only ever replaced by an empty one, which has the same users.
        stage: async () => async () => {
            await resetDirectory(claim.directory, options.durability);
            return open();
        },
        release: async () => claim.release(),
    };
}

async function openFileMedium(
    options: ResolvedEngineOptions,
    claim: DirectoryLock,
    onWarning: (message: string) => void,
): Promise<Persistence> {
    const { durability } = options;
    const { directory } = claim;
    const disk = createFileSystemContext({ directory, durability, onWarning });
    const backend = await openFileBackend(disk);
    try {
        const root = join(directory, 'sources');
        const isThere = existsSync(root);
        const sources = createSourceFolders(options, async () => root, isThere ? root : undefined);
        // Of an earlier engine, whose package may have been at another place.
        if (isThere) await wrapFsErrorAsync('prepare', root, () => linkApifyShim(root, options.apifyShimUrl));
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

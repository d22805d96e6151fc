import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createFileLogSink } from '../logs/log-sink.js';
import { createFileCharges } from '../registry/file-charges.js';
import { openFileDocuments } from '../registry/file-documents.js';
import { linkStandIns } from '../registry/source/stand-ins.js';
import { claimDirectory, type DirectoryClaim } from '../storage/directory-owner.js';
import { createDisk } from '../storage/disk.js';
import { onDiskLater } from '../storage/disk-error.js';
import { openFileBackend } from '../storage/file-backend.js';
import { finishReset, resetDirectory } from '../storage/directory-format.js';
import { createSecretBox } from '../storage/secret-box.js';
import { createSourceFolders } from './source-folders.js';
import { untilClosed } from './until-closed.js';
import type { Ground, Medium } from './medium.js';
import type { ResolvedEngineOptions } from './options.js';

/** Claims a directory. What a crash had left behind is told through `onWarning`. */
export async function claimFileGround(
    options: ResolvedEngineOptions,
    storageDir: string,
    onWarning: (message: string) => void,
): Promise<Ground> {
    const claim = await claimDirectory(storageDir);
    const open = (): Promise<Medium> => openFileMedium(options, claim, onWarning);
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
        prepare: async () => async () => {
            await resetDirectory(claim.directory, options.durability);
            return open();
        },
        release: async () => claim.release(),
    };
}

async function openFileMedium(
    options: ResolvedEngineOptions,
    claim: DirectoryClaim,
    onWarning: (message: string) => void,
): Promise<Medium> {
    const { durability } = options;
    const { directory } = claim;
    const disk = createDisk({ directory, durability, onWarning });
    const backend = await openFileBackend(disk);
    try {
        const root = join(directory, 'sources');
        const isThere = existsSync(root);
        const sources = createSourceFolders(options, async () => root, isThere ? root : undefined);
        // Of an earlier engine, whose package may have been at another place.
        if (isThere) await onDiskLater('prepare', root, () => linkStandIns(root, options.standInsUrl));
        const registry = join(directory, 'registry');
        return {
            ...untilClosed({
                charges: createFileCharges(join(registry, 'charges'), disk),
                documents: openFileDocuments(registry, disk),
                logSink: createFileLogSink(join(directory, 'logs'), disk),
            }),
            backend,
            secrets: createSecretBox(join(directory, 'secret.key')),
            logTexts: [],
            sources,
            warn: onWarning,
        };
    } catch (error) {
        await backend.close();
        throw error;
    }
}

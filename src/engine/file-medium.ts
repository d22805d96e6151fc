import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createFileLogSink } from '../logs/log-sink.js';
import { createFileCharges } from '../registry/file-charges.js';
import { createFileDocuments } from '../registry/file-documents.js';
import { linkStandIns } from '../registry/stand-ins.js';
import { openFileBackend } from '../storage/file-backend.js';
import { createSecretBox } from '../storage/secret-box.js';
import { sourceFolders } from './source-folders.js';
import type { Medium } from './medium.js';
import type { ResolvedEngineOptions } from './options.js';

/** Opens a directory. What a crash had left behind is told through `onWarning`. */
export async function openFileMedium(
    options: ResolvedEngineOptions,
    storageDir: string,
    onWarning: (message: string) => void,
): Promise<Medium> {
    const { durability } = options;
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
            logSink: createFileLogSink(join(storageDir, 'logs')),
            workDirectory: sourceFolders(options, async () => sources),
            dispose: async () => charges.close(),
        };
    } catch (error) {
        await backend.close();
        throw error;
    }
}

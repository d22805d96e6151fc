import { join } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import { JsonFile } from './json-file.js';

/** The version of the layout that this code reads and writes. */
const FORMAT_VERSION = 1;

/**
 * Makes sure that a storage directory is of a layout that is understood, and notes ours in one that is new.
 *
 * @throws {@link EngineError} `storage-corrupted` if it is of a newer layout, or of none.
 */
export function checkFormat(directory: string): void {
    const path = join(directory, 'format.json');
    const file = new JsonFile<{ version: number }>(path);
    const version: unknown = file.read()?.version;
    if (version === undefined) return file.write({ version: FORMAT_VERSION });
    if (version === FORMAT_VERSION) return;
    const isNewer = typeof version === 'number' && version > FORMAT_VERSION;
    const reason = isNewer
        ? `It was written by a newer greenroom. Update greenroom, or choose another \`storageDir\`.`
        : `Set it to ${FORMAT_VERSION} if the directory is greenroom's, or choose another \`storageDir\`.`;
    throw new EngineError(
        'storage-corrupted',
        `The storage directory \`${directory}\` has the format version ${String(version)}, but this greenroom knows ` +
            `version ${FORMAT_VERSION} only. ${reason}`,
        { details: { directory, version, supported: FORMAT_VERSION } },
    );
}

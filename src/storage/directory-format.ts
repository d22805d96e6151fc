import { join } from 'node:path';
import { EngineError, isEngineError } from '../errors/engine-error.js';
import type { Durability } from './atomic-file.js';
import { assertNotForeign } from './foreign-directory.js';
import { JsonFile } from './json-file.js';
import { MIGRATIONS } from './migrations.js';

/** The version of the layout that this code reads and writes. */
const FORMAT_VERSION = 1 + MIGRATIONS.length;

/**
 * Makes sure that a storage directory is of a layout that is understood, and notes ours in one that is new. One of an older
 * layout is left as it is.
 *
 * @param latest - The version that is known best.
 * @returns The version that it has.
 * @throws {@link EngineError} `storage-corrupted` if it is of a newer layout, or of none; `invalid-value` if it is not empty and
 *   not greenroom's.
 */
export function checkFormat(directory: string, latest: number = FORMAT_VERSION): number {
    const version = readVersion(directory);
    if (version === undefined) {
        assertNotForeign(directory);
        writeVersion(directory, latest, 'process');
        return latest;
    }
    if (typeof version === 'number' && Number.isInteger(version) && version >= 1 && version <= latest) return version;
    throw unknownVersion(directory, version, latest);
}

/** The error for a version that this code does not know. */
export function unknownVersion(directory: string, version: unknown, latest: number): EngineError {
    const isNewer = typeof version === 'number' && version > latest;
    const reason = isNewer
        ? `It was written by a newer greenroom. Update greenroom, or choose another \`storageDir\`.`
        : `Set it to ${latest} if the directory is greenroom's, or choose another \`storageDir\`.`;
    return new EngineError(
        'storage-corrupted',
        `The storage directory \`${directory}\` has the format version ${String(version)}, but this greenroom knows ` +
            `${latest === 1 ? 'version 1 only' : `the versions 1 to ${latest}`}. ${reason}`,
        { details: { directory, version, supported: latest } },
    );
}

/** Notes the version of a directory. */
export function writeVersion(directory: string, version: number, durability: Durability): void {
    formatFile(directory, durability).write({ version });
}

function readVersion(directory: string): unknown {
    try {
        return formatFile(directory, 'process').read()?.version;
    } catch (cause) {
        if (!isEngineError(cause) || cause.code !== 'storage-corrupted') throw cause;
        const path = join(directory, 'format.json');
        const message =
            `\`${path}\` is not JSON, but must say which version of the layout the directory has. Restore it from a backup; or, if ` +
            'no newer greenroom has ever opened the directory, write `{ "version": 1 }` into it.';
        throw new EngineError('storage-corrupted', message, { details: { path }, cause });
    }
}

function formatFile(directory: string, durability: Durability): JsonFile<{ version: unknown }> {
    return new JsonFile(join(directory, 'format.json'), { durability });
}

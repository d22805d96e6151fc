import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentEncoding } from '../model/streams.js';
import { typeOfFile } from './content-type-extension.js';
import { ifExists, onDisk } from './disk-error.js';
import type { StoredRecord } from './record-index.js';

/** The extensions of what is kept compressed. */
const ENCODINGS: Readonly<Record<string, ContentEncoding>> = { br: 'br', gz: 'gzip', deflate: 'deflate' };

/** What the files of a store's records say of them, where the index has been lost. */
export interface FoundRecords {
    records: { key: string; record: StoredRecord }[];
    /** Files whose names do not tell the key. */
    nameless: string[];
}

/**
 * Looks through the files of records for those that are not known: `INPUT.json` is a record `INPUT` of JSON. It may have had
 * another type before, or the extension may have been a part of the key; the bytes are the same.
 *
 * @param isKnown - Whether a record has a file of that name, in lower case.
 */
export function findRecords(directory: string, isKnown: (lowerCaseName: string) => boolean): FoundRecords {
    const found: FoundRecords = { records: [], nameless: [] };
    const names = existsSync(directory) ? onDisk('list', directory, () => readdirSync(directory)) : [];
    for (const name of names.toSorted()) {
        const stats = isKnown(name.toLowerCase())
            ? undefined
            : ifExists('look at', join(directory, name), () => statSync(join(directory, name)));
        if (stats === undefined || !stats.isFile()) continue;
        // Where the key is not the name of the file, the name has a hash of the key in it.
        if (name.includes('~') || name.startsWith('.')) found.nameless.push(name);
        else found.records.push(recordOf(name, stats.size));
    }
    return found;
}

function recordOf(file: string, size: number): { key: string; record: StoredRecord } {
    const parts = file.split('.');
    const contentEncoding = parts.length > 2 ? ENCODINGS[parts.at(-1)!] : undefined;
    if (contentEncoding !== undefined) parts.pop();
    const contentType = typeOfFile(parts.join('.')) ?? 'application/octet-stream';
    if (parts.length > 1) parts.pop();
    return { key: parts.join('.'), record: { file, contentType, contentEncoding, size } };
}

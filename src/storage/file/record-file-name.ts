import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentEncoding, RecordHead } from '../../model/streams.js';
import { extensionForType, isExtensionForType, typeForFile } from '../key-value-store/content-type-extension.js';
import { ifExists } from './fs-error.js';
import type { IndexedRecord } from '../key-value-store/record-map.js';

/** A record and the name of its file. */
export interface RecordFile extends IndexedRecord {
    file: string;
}

/** Far below what file systems take, so that a path of usual depth stays within Windows' 260. */
const MAX_STEM = 120;
/** The extensions of what is compressed. */
const ENCODING_EXTENSIONS: Readonly<Record<ContentEncoding, string>> = { br: 'br', gzip: 'gz', deflate: 'deflate' };
const UNSAFE = /[^a-zA-Z0-9!\-_.'()]/g;

/** Names that Windows keeps for devices, whatever their extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The name of the file for a record: its key with the extension of its content type, such as `INPUT.json`, so that a
 * person finds it and can open it; one that was sent compressed has a second one, as in `INPUT.json.gz`.
 *
 * Where that name cannot be used everywhere, or is another record's, a `~` and a hash of the key set it apart. No key has
 * a `~` in it.
 *
 * @param isTaken - Whether another record has a name already; it is asked about lower case, since some disks do not
 *   tell `A` from `a`.
 */
export function recordFileName(
    { key, contentType, contentEncoding }: RecordHead,
    isTaken: (lowerCaseName: string) => boolean,
): string {
    const { stem, extension: ofType } = splitKey(key, contentType);
    const extension = contentEncoding === undefined ? ofType : `${ofType}.${ENCODING_EXTENSIONS[contentEncoding]}`;
    const safe = stem.replace(UNSAFE, '_').replace(/^\.+/, '_').slice(0, MAX_STEM);
    const plain = `${safe}.${extension}`;
    if (safe === stem && safe !== '' && !DEVICE_NAME.test(safe) && !isTaken(plain.toLowerCase())) return plain;
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 12);
    // Before the first dot, where Windows looks for the names of its devices.
    const [head, ...rest] = safe.split('.');
    for (let count = 0; ; count++) {
        const apart = `~${hash}${count === 0 ? '' : `-${count}`}`;
        const name = [`${head}${apart}`, ...rest, extension].join('.');
        if (!isTaken(name.toLowerCase())) return name;
    }
}

/** A key such as `page.html` may bring the extension with it. */
function splitKey(key: string, contentType: string): { stem: string; extension: string } {
    const dot = key.lastIndexOf('.');
    const own = key.slice(dot + 1);
    if (dot > 0 && isExtensionForType(contentType, own.toLowerCase()))
        return { stem: key.slice(0, dot), extension: own };
    return { stem: key, extension: extensionForType(contentType) };
}

/** The records of a store whose index is lost, as their file names describe them. */
export interface RecoveredRecords {
    records: [key: string, record: RecordFile][];
    /** Files whose names do not tell the key. */
    unidentified: string[];
}

/**
 * Looks through the files of records for those that are not known: `INPUT.json` is a record `INPUT` of JSON. It may have had
 * another type before, or the extension may have been a part of the key; the bytes are the same.
 *
 * @param isKnown - Returns true if a record has a file of that name, in lower case.
 */
export function recoverRecords(directory: string, isKnown: (lowerCaseName: string) => boolean): RecoveredRecords {
    const found: RecoveredRecords = { records: [], unidentified: [] };
    const names = ifExists('list', directory, () => readdirSync(directory)) ?? [];
    for (const name of names.filter((one) => !isKnown(one.toLowerCase())).toSorted()) {
        const stats = ifExists('look at', join(directory, name), () => statSync(join(directory, name)));
        if (stats?.isFile() !== true) continue;
        // Where the key is not the name of the file, the name has a hash of the key in it.
        if (name.includes('~') || name.startsWith('.')) found.unidentified.push(name);
        else found.records.push(parseFileName(name, stats.size));
    }
    return found;
}

function parseFileName(file: string, size: number): [key: string, record: RecordFile] {
    const parts = file.split('.');
    const encodings = Object.keys(ENCODING_EXTENSIONS) as ContentEncoding[];
    const contentEncoding =
        parts.length > 2 ? encodings.find((encoding) => ENCODING_EXTENSIONS[encoding] === parts.at(-1)) : undefined;
    if (contentEncoding !== undefined) parts.pop();
    const contentType = typeForFile(parts.join('.')) ?? 'application/octet-stream';
    if (parts.length > 1) parts.pop();
    return [parts.join('.'), { file, contentType, contentEncoding, size }];
}

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
    /** The size before the last change of the size. After a crash, the file may still have it. */
    previousSize?: number | undefined;
}

/** Maximum length of a name without extensions. Short enough for paths of usual depth to stay within the 260 characters of Windows. */
const MAX_STEM_LENGTH = 120;
/** File extensions of compressed records. */
const ENCODING_EXTENSIONS: Readonly<Record<ContentEncoding, string>> = { br: 'br', gzip: 'gz', deflate: 'deflate' };
const UNSAFE_CHARACTERS = /[^a-zA-Z0-9!\-_.'()]/g;

/** Names that Windows reserves for devices, with any extension. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Returns the name of a record's file: the key with the extension of the content type, such as `INPUT.json`, so that users can find and
 * open it. A record that was sent compressed has a second extension, as in `INPUT.json.gz`.
 *
 * If that name is not valid on every system, or belongs to another record, a `~` and a hash of the key make it unique. Keys do not
 * contain a `~`.
 *
 * @param isTaken - Returns true if another record has a name. Called with lower case, since some disks do not distinguish `A` and `a`.
 */
export function recordFileName(
    { key, contentType, contentEncoding }: RecordHead,
    isTaken: (lowerCaseName: string) => boolean,
): string {
    const { stem, extension: typeExtension } = splitKey(key, contentType);
    const extension =
        contentEncoding === undefined ? typeExtension : `${typeExtension}.${ENCODING_EXTENSIONS[contentEncoding]}`;
    const safe = stem.replace(UNSAFE_CHARACTERS, '_').replace(/^\.+/, '_').slice(0, MAX_STEM_LENGTH);
    const plain = `${safe}.${extension}`;
    if (safe === stem && safe !== '' && !DEVICE_NAME.test(safe) && !isTaken(plain.toLowerCase())) return plain;
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 12);
    // Before the first dot, where Windows looks for device names.
    const [head, ...rest] = safe.split('.');
    for (let count = 0; ; count++) {
        const suffix = `~${hash}${count === 0 ? '' : `-${count}`}`;
        const name = [`${head}${suffix}`, ...rest, extension].join('.');
        if (!isTaken(name.toLowerCase())) return name;
    }
}

/** Splits the extension off a key that has one of its content type, such as `page.html`. */
function splitKey(key: string, contentType: string): { stem: string; extension: string } {
    const dot = key.lastIndexOf('.');
    const own = key.slice(dot + 1);
    if (dot > 0 && isExtensionForType(contentType, own.toLowerCase()))
        return { stem: key.slice(0, dot), extension: own };
    return { stem: key, extension: extensionForType(contentType) };
}

/** Records of a store with a lost index, as their file names describe them. */
export interface RecoveredRecords {
    records: [key: string, record: RecordFile][];
    /** Files whose names do not contain the key. */
    unidentified: string[];
}

/**
 * Recovers records from the names of files that no record refers to: `INPUT.json` becomes a JSON record `INPUT`. The record may have
 * had another type, or a key with the extension; the bytes are the same.
 *
 * @param isKnown - Returns true if a record has a file of a name, in lower case.
 */
export function recoverRecords(directory: string, isKnown: (lowerCaseName: string) => boolean): RecoveredRecords {
    const found: RecoveredRecords = { records: [], unidentified: [] };
    const names = ifExists('list', directory, () => readdirSync(directory)) ?? [];
    for (const name of names.filter((one) => !isKnown(one.toLowerCase())).toSorted()) {
        const stats = ifExists('check', join(directory, name), () => statSync(join(directory, name)));
        if (stats?.isFile() !== true) continue;
        // A `~` marks a name that contains a hash instead of the full key.
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

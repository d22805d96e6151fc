import { EngineError } from '../errors/engine-error.js';
import { invalid, show } from '../util/check.js';

/** Maximum length of the name of a storage, in characters. */
const MAX_NAME_LENGTH = 63;

/** The rule for names of storages, for messages. */
export const STORAGE_NAME_RULE = `1 to ${MAX_NAME_LENGTH} letters, digits or dashes, with no dash at either end`;

const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;

/** Throws `invalid-value` for a storage name that the platform refuses. */
export function checkStorageName(path: string, name: unknown): asserts name is string {
    if (typeof name !== 'string' || !isStorageName(name)) throw invalid(path, name, STORAGE_NAME_RULE);
}

/** Returns true if the platform accepts a name for a storage. */
export function isStorageName(name: string): boolean {
    return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

const FOLDER_NAME = /^[^./\\~\p{Cc}][^/\\~\p{Cc}]*$/u;
/** Maximum length of a file name in common file systems. */
const MAX_FOLDER_NAME_BYTES = 255;

/** Validates the name of a storage. */
export type CheckName = (path: string, name: unknown) => void;

/** Throws `invalid-value` for a storage name that is not the name of a folder. Crawlee accepts all others. */
export function checkFolderName(path: string, name: unknown): void {
    if (typeof name === 'string' && FOLDER_NAME.test(name) && Buffer.byteLength(name) <= MAX_FOLDER_NAME_BYTES) return;
    const rule = `a name of 1 to ${MAX_FOLDER_NAME_BYTES} bytes without slashes, tildes, control characters and a leading dot`;
    throw invalid(path, name, rule);
}

/** Returns the error for a name that is already in use. */
export function nameTaken(path: string, name: string, takenBy: string): EngineError {
    const message = `\`${path}\` is '${name}', but ${takenBy} already has that name. Choose another name, or rename the other one.`;
    return new EngineError('name-not-unique', message, { details: { name } });
}

const RECORD_KEY = /^[a-zA-Z0-9!\-_.'()]{1,256}$/;

/** Returns true if a record can have this key. */
export function isRecordKey(key: string): boolean {
    return RECORD_KEY.test(key);
}

/** Throws `invalid-record-key` for a record key that the platform refuses. The message contains the key and the rule. */
export function checkRecordKey(key: unknown): asserts key is string {
    if (typeof key === 'string' && RECORD_KEY.test(key)) return;
    const message =
        `The key of a record is ${show(key)}, but must be 1 to 256 of the characters a-z A-Z 0-9 ! - _ . ' ( ). ` +
        'Replace the others, for instance by dashes.';
    throw new EngineError('invalid-record-key', message, { details: { key: show(key) } });
}

const SAFE_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Returns true if a string can be the id of a storage, which is also the name of its directory. */
export function isStorageId(id: string): boolean {
    return SAFE_ID.test(id);
}

/**
 * Throws for an id that could lead outside of the storage directory. The layers above create the ids themselves, so this is the
 * last line of defense.
 *
 * @throws {@link EngineError} `invalid-value`.
 */
export function checkStorageId(id: string): void {
    if (isStorageId(id)) return;
    throw new EngineError(
        'invalid-value',
        `The id of a storage is ${show(id)}, but must be 1 to 64 letters, digits, hyphens or underscores.`,
        { details: { id } },
    );
}

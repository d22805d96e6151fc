import { isJsonObject } from '../../util/json/json.js';
import { EngineError } from '../../errors/engine-error.js';
import { DOCUMENT_KINDS } from '../../records/document-store.js';
import type { EngineState } from './engine-state.js';

/** Ids and names become file names, so a snapshot from an untrusted source must not contain others. */
const ID = /^[\w.-]{1,128}$/;
const STORAGE_KINDS = ['dataset', 'keyValueStore', 'requestQueue'] as const;

/**
 * Checks the shape of a state, since a snapshot may come from a file that was edited. The readers of its documents check their
 * contents.
 *
 * @throws EngineError `snapshot-not-usable` if the shape is wrong.
 */
export function checkState(state: EngineState): void {
    if (!isJsonObject(state)) throw createError('state', 'is not an object');
    for (const kind of DOCUMENT_KINDS) {
        const documents = listAt(state.documents, kind, 'state.documents');
        documents.forEach((entry, index) => checkText(entry, `state.documents.${kind}[${index}]`));
    }
    for (const kind of STORAGE_KINDS) {
        const storages = listAt(state.storages, kind, 'state.storages');
        storages.forEach((storage, index) => checkStorage(storage, `state.storages.${kind}[${index}]`));
    }
    listAt(state, 'charges', 'state').forEach((entry, index) => checkLines(entry, `state.charges[${index}]`));
    listAt(state, 'logs', 'state').forEach((entry, index) => checkText(entry, `state.logs[${index}]`));
    if (state.secretKey !== undefined && typeof state.secretKey !== 'string') {
        throw createError('state.secretKey', 'is not a string');
    }
    listAt(state.sources, 'folders', 'state.sources').forEach((folder, index) => {
        checkFolder(folder, `state.sources.folders[${index}]`);
    });
}

function checkText(entry: unknown, path: string): void {
    if (!Array.isArray(entry) || typeof entry[1] !== 'string') throw createError(path, 'is not a pair of strings');
    checkId(entry[0], `${path}[0]`);
}

function checkLines(entry: unknown, path: string): void {
    if (!Array.isArray(entry) || !Array.isArray(entry[1])) throw createError(path, 'is not a pair of an id and lines');
    checkId(entry[0], `${path}[0]`);
    if (!entry[1].every((line) => typeof line === 'string')) {
        throw createError(path, 'has lines that are not strings');
    }
}

function checkStorage(storage: unknown, path: string): void {
    if (!isJsonObject(storage) || typeof storage['document'] !== 'string') throw createError(path, 'has no document');
    checkId(storage['id'], `${path}.id`);
    if (!listAt(storage, 'lines', path).every(isBytes)) {
        throw createError(`${path}.lines`, 'has entries that are not byte arrays');
    }
    for (const record of listAt(storage, 'records', path)) {
        const isRecord = isJsonObject(record) && typeof record['key'] === 'string' && isBytes(record['bytes']);
        if (!isRecord || typeof record['contentType'] !== 'string') {
            throw createError(`${path}.records`, 'has entries that are not valid records');
        }
    }
}

function checkFolder(folder: unknown, path: string): void {
    if (!isJsonObject(folder)) throw createError(path, 'is not an object');
    checkId(folder['name'], `${path}.name`);
    for (const entry of listAt(folder, 'entries', path)) {
        if (!isJsonObject(entry) || !isInside(entry['path'])) throw createError(path, 'has a path outside the folder');
        const { type, bytes, target } = entry;
        const isKnown = type === 'folder' || (type === 'file' && isBytes(bytes)) || (type === 'link' && isText(target));
        if (!isKnown) throw createError(path, 'has an entry that is not a file, folder or link');
    }
}

function checkId(id: unknown, path: string): void {
    if (typeof id !== 'string' || !ID.test(id) || id === '.' || id === '..')
        throw createError(path, 'is not a valid id');
}

function listAt(holder: unknown, name: string, path: string): readonly unknown[] {
    const list: unknown = isJsonObject(holder) ? holder[name] : undefined;
    if (!Array.isArray(list)) throw createError(`${path}.${name}`, 'is not an array');
    return list;
}

/** True for a relative path that stays inside its folder. */
function isInside(path: unknown): boolean {
    if (typeof path !== 'string' || path === '' || /[\\\0:]/.test(path)) return false;
    return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}

function isBytes(value: unknown): boolean {
    return value instanceof Uint8Array;
}

function isText(value: unknown): boolean {
    return typeof value === 'string';
}

function createError(path: string, problem: string): EngineError {
    const message = `The snapshot was modified and cannot be used: \`${path}\` ${problem}. Take a new snapshot.`;
    return new EngineError('snapshot-not-usable', message, { details: { path } });
}

import { posix } from 'node:path';
import { isStorageId } from '../../storage/names.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { EngineError } from '../../errors/engine-error.js';
import { documentLabel, parseDocument } from '../../records/document-shapes.js';
import { DOCUMENT_KINDS, type DocumentKind, type DocumentText } from '../../records/document-store.js';
import type { EngineState } from './engine-state.js';

/** Ids and names become file names, so a snapshot from an untrusted source must not contain others. */
const ID = /^[\w.-]{1,128}$/;
const SOURCE_FOLDER = /^actor-[\w-]{1,128}$/;
const MAX_MODE = 0o777;
const STORAGE_KINDS = ['dataset', 'keyValueStore', 'requestQueue'] as const;

/**
 * Checks a state, since a snapshot may come from a file that was edited.
 *
 * @throws EngineError `snapshot-not-usable` if the shape is wrong.
 */
export function checkState(state: EngineState): void {
    if (!isJsonObject(state)) throw createError('state', 'is not an object');
    for (const kind of DOCUMENT_KINDS) {
        const documents = listAt(state.documents, kind, 'state.documents');
        documents.forEach((entry, index) => checkDocument(kind, entry, `state.documents.${kind}[${index}]`));
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

function checkDocument(kind: DocumentKind, entry: unknown, path: string): void {
    checkText(entry, path);
    const [id, json] = entry as DocumentText;
    try {
        parseDocument(kind, id, JSON.parse(json));
    } catch (error) {
        throw createError(path, `is not a usable ${documentLabel(kind)} (${(error as Error).message})`);
    }
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
    const { id } = storage;
    if (!isText(id) || !isStorageId(id)) throw createError(`${path}.id`, 'is not a valid id');
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
    const { name } = folder;
    if (!isText(name) || !SOURCE_FOLDER.test(name))
        throw createError(`${path}.name`, 'is not the name of a source folder');
    const paths = new Set<string>();
    const folders = new Set(['.']);
    for (const entry of listAt(folder, 'entries', path)) {
        if (!isJsonObject(entry) || !isInside(entry['path'])) throw createError(path, 'has a path outside the folder');
        if (!isSourceEntry(entry)) throw createError(path, 'has an entry that is not a file, folder or link');
        // A parent that is a link would lead outside.
        if (!folders.has(posix.dirname(entry['path']))) throw createError(path, 'has an entry without its folder');
        if (paths.has(entry['path'])) throw createError(path, 'has two entries of one path');
        paths.add(entry['path']);
        if (entry['type'] === 'folder') folders.add(entry['path']);
    }
}

function isSourceEntry({ type, bytes, mode, target }: JsonObject): boolean {
    if (type === 'link') return isText(target);
    if (type !== 'file') return type === 'folder';
    return isBytes(bytes) && Number.isInteger(mode) && Number(mode) >= 0 && Number(mode) <= MAX_MODE;
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
function isInside(path: unknown): path is string {
    if (typeof path !== 'string' || path === '' || /[\\\0:]/.test(path)) return false;
    return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}

function isBytes(value: unknown): boolean {
    return value instanceof Uint8Array;
}

function isText(value: unknown): value is string {
    return typeof value === 'string';
}

function createError(path: string, problem: string): EngineError {
    const message = `The snapshot was modified and cannot be used: \`${path}\` ${problem}. Take a new snapshot.`;
    return new EngineError('snapshot-not-usable', message, { details: { path } });
}

import { isJsonObject } from '../../util/json/json.js';
import { EngineError } from '../../errors/engine-error.js';
import { DOCUMENT_KINDS } from '../../records/document-store.js';
import type { EngineState } from './engine-state.js';

/** Ids and names become names of files, wherever a snapshot comes from. */
const ID = /^[\w.-]{1,128}$/;
const STORAGE_KINDS = ['dataset', 'keyValueStore', 'requestQueue'] as const;

/**
 * Makes sure that a state has the shape of one: a snapshot may have been in a file, and somebody may have changed it. What its
 * documents say is for those to check who read them.
 *
 * @throws EngineError `snapshot-not-usable`
 */
export function checkState(state: EngineState): void {
    if (!isJsonObject(state)) throw broken('state', 'is no object');
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
    if (state.secretKey !== undefined && typeof state.secretKey !== 'string')
        throw broken('state.secretKey', 'is no text');
    listAt(state.sources, 'folders', 'state.sources').forEach((folder, index) => {
        checkFolder(folder, `state.sources.folders[${index}]`);
    });
}

function checkText(entry: unknown, path: string): void {
    if (!Array.isArray(entry) || typeof entry[1] !== 'string') throw broken(path, 'is no pair of texts');
    checkId(entry[0], `${path}[0]`);
}

function checkLines(entry: unknown, path: string): void {
    if (!Array.isArray(entry) || !Array.isArray(entry[1])) throw broken(path, 'is no list of lines');
    checkId(entry[0], `${path}[0]`);
    if (!entry[1].every((line) => typeof line === 'string')) throw broken(path, 'has lines that are no text');
}

function checkStorage(storage: unknown, path: string): void {
    if (!isJsonObject(storage) || typeof storage['document'] !== 'string') throw broken(path, 'has no document');
    checkId(storage['id'], `${path}.id`);
    if (!listAt(storage, 'lines', path).every(isBytes)) throw broken(`${path}.lines`, 'has what are no bytes');
    for (const record of listAt(storage, 'records', path)) {
        const isRecord = isJsonObject(record) && typeof record['key'] === 'string' && isBytes(record['bytes']);
        if (!isRecord || typeof record['contentType'] !== 'string') {
            throw broken(`${path}.records`, 'has what is no record');
        }
    }
}

function checkFolder(folder: unknown, path: string): void {
    if (!isJsonObject(folder)) throw broken(path, 'is no folder');
    checkId(folder['name'], `${path}.name`);
    for (const entry of listAt(folder, 'entries', path)) {
        if (!isJsonObject(entry) || !isWayDown(entry['path'])) throw broken(path, 'has a path that leads out of it');
        const { type, bytes, target } = entry;
        const isKnown = type === 'folder' || (type === 'file' && isBytes(bytes)) || (type === 'link' && isText(target));
        if (!isKnown) throw broken(path, 'has what is neither file nor folder nor link');
    }
}

function checkId(id: unknown, path: string): void {
    if (typeof id !== 'string' || !ID.test(id) || id === '.' || id === '..') throw broken(path, 'is no id');
}

function listAt(holder: unknown, name: string, path: string): readonly unknown[] {
    const list: unknown = isJsonObject(holder) ? holder[name] : undefined;
    if (!Array.isArray(list)) throw broken(`${path}.${name}`, 'is no list');
    return list;
}

function isWayDown(path: unknown): boolean {
    if (typeof path !== 'string' || path === '' || /[\\\0:]/.test(path)) return false;
    return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}

function isBytes(value: unknown): boolean {
    return value instanceof Uint8Array;
}

function isText(value: unknown): boolean {
    return typeof value === 'string';
}

function broken(path: string, what: string): EngineError {
    const message = `The snapshot cannot be used: \`${path}\` ${what}. It has been changed since it was taken; take it anew.`;
    return new EngineError('snapshot-not-usable', message, { details: { path } });
}

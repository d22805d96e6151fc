import type { CorruptedDocuments } from '../storage/document-collection.js';
import { DocumentCollection } from '../storage/document-collection.js';
import { reviveDate } from '../util/json/json.js';

/** The kinds of documents in the registry; each has a collection. All of them are in snapshots. */
export const DOCUMENT_KINDS = [
    'actors',
    'builds',
    'dispatches',
    'runs',
    'schedules',
    'secret-keys',
    'settings',
    'tasks',
    'users',
    'webhooks',
] as const;

/** One of the {@link DOCUMENT_KINDS}. */
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** A document as it is in a copy of the store. */
export type DocumentText = readonly [id: string, json: string];

/** All documents of a store, by kind. */
export type AllDocuments = Readonly<Record<DocumentKind, readonly DocumentText[]>>;

/** Keeps the registry's records as JSON documents, one for each record. */
export interface DocumentStore {
    /** All documents of a kind that can be read, in no particular order. They are the caller's to change, and to save again. */
    loadAll(kind: DocumentKind): unknown[];
    /** Replaces a document, atomically. */
    save(kind: DocumentKind, id: string, document: object): void;
    remove(kind: DocumentKind, id: string): void;
    /** All documents of a kind, as they are at this moment. */
    dump(kind: DocumentKind): DocumentText[];
    /** Those that cannot be read. */
    corrupted(kind: DocumentKind): CorruptedDocuments;
    /** Gives up what is open. */
    close(): void;
}

/** The store of collections, one of each kind. */
export function createDocumentStore(open: (kind: DocumentKind) => DocumentCollection<object>): DocumentStore {
    const entries = DOCUMENT_KINDS.map((kind) => [kind, open(kind)]);
    const collections = Object.fromEntries(entries) as Record<DocumentKind, DocumentCollection<object>>;
    return {
        loadAll: (kind) => [...collections[kind].values()],
        save: (kind, id, document) => collections[kind].set(id, document),
        remove: (kind, id) => collections[kind].delete(id),
        dump: (kind) => Array.from(collections[kind].entries(), ([id, document]) => [id, JSON.stringify(document)]),
        corrupted: (kind) => collections[kind],
        close() {
            for (const collection of Object.values(collections)) collection.close();
        },
    };
}

/** For engines in memory, with documents that there are already. */
export function createMemoryDocuments(given?: AllDocuments): DocumentStore {
    return createDocumentStore((kind) => {
        const collection = new DocumentCollection();
        for (const [id, json] of given?.[kind] ?? []) collection.set(id, JSON.parse(json, reviveDate) as object);
        return collection;
    });
}

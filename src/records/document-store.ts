import type { CorruptedDocuments } from '../storage/document-collection.js';
import { DocumentCollection } from '../storage/document-collection.js';
import { reviveDate } from '../util/json/json.js';

/** The kinds of documents. Each has its own collection. All of them are part of snapshots. */
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

/** A document in a copy of the store. */
export type DocumentText = readonly [id: string, json: string];

/** All documents of a store, by kind. */
export type AllDocuments = Readonly<Record<DocumentKind, readonly DocumentText[]>>;

/** Stores records as JSON documents, one for each record. */
export interface DocumentStore {
    /** Returns all readable documents of a kind, in no particular order. The caller may change them and save them again. */
    loadAll(kind: DocumentKind): unknown[];
    /** Adds or replaces a document, atomically. */
    save(kind: DocumentKind, id: string, document: object): void;
    remove(kind: DocumentKind, id: string): void;
    /** Returns a copy of all documents of a kind. */
    dump(kind: DocumentKind): DocumentText[];
    /** Returns the documents that cannot be read. */
    corrupted(kind: DocumentKind): CorruptedDocuments;
    /** Closes all open files. */
    close(): void;
}

/** Creates a store from one collection for each kind. */
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

/** Creates a document store in memory. */
export function createMemoryDocuments(initial?: AllDocuments): DocumentStore {
    return createDocumentStore((kind) => {
        const collection = new DocumentCollection();
        for (const [id, json] of initial?.[kind] ?? []) collection.set(id, JSON.parse(json, reviveDate) as object);
        return collection;
    });
}

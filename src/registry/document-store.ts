/** The kinds of documents in the registry; each has a folder of its own on disk. All of them are in snapshots. */
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
    /**
     * All documents of a kind that can be read, in no particular order. They are the caller's to change, and to save again.
     */
    loadAll(kind: DocumentKind): unknown[];
    /** Replaces a document, atomically. */
    save(kind: DocumentKind, id: string, document: object): void;
    remove(kind: DocumentKind, id: string): void;
    /** All documents of a kind that can be read, as they are at this moment. */
    dump(kind: DocumentKind): DocumentText[];
    /** The ids of those that cannot be read; known once they have been loaded. */
    damaged(kind: DocumentKind): string[];
}

/** Keeps nothing. */
export const noDocuments: DocumentStore = {
    loadAll: () => [],
    save: () => {},
    remove: () => {},
    dump: () => [],
    damaged: () => [],
};

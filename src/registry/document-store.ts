/** The kinds of documents in the registry; each has a folder of its own on disk. */
export type DocumentKind =
    | 'actors'
    | 'builds'
    | 'dispatches'
    | 'runs'
    | 'schedules'
    | 'secret-keys'
    | 'settings'
    | 'tasks'
    | 'users'
    | 'webhooks';

/** Keeps the registry's records as JSON documents, one for each record. */
export interface DocumentStore {
    /** All documents of a kind, in no particular order. */
    loadAll(kind: DocumentKind): unknown[];
    /** Replaces a document, atomically. */
    save(kind: DocumentKind, id: string, document: object): void;
    remove(kind: DocumentKind, id: string): void;
}

/** For engines in memory: the records live in the registry itself, so there is nothing to keep. */
export const noDocuments: DocumentStore = { loadAll: () => [], save: () => {}, remove: () => {} };

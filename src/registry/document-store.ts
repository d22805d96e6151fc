import type { RunOutline } from './run-outline.js';

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
    /** Whether a document that has been saved is kept as it is: loading it gives the very same one. */
    readonly sharesDocuments: boolean;
    /**
     * All documents of a kind that can be read, in no particular order. They are the caller's to change, and to save again.
     */
    loadAll(kind: DocumentKind): unknown[];
    /** One document, as with {@link DocumentStore.loadAll}; undefined if there is none. */
    load(kind: DocumentKind, id: string): unknown;
    /** What lists need to know of all runs, in no particular order. Called once, before any run is saved. */
    outlineRuns(): RunOutline[];
    /** Replaces a document, atomically. */
    save(kind: DocumentKind, id: string, document: object): void;
    remove(kind: DocumentKind, id: string): void;
    /** All documents of a kind that can be read, as they are at this moment. */
    dump(kind: DocumentKind): DocumentText[];
    /** The ids of those that cannot be read; known once they have been loaded. */
    damaged(kind: DocumentKind): string[];
    /** Gives up what is open. */
    close(): void;
}

/** Keeps nothing. */
export const noDocuments: DocumentStore = {
    sharesDocuments: false,
    loadAll: () => [],
    load: () => undefined,
    outlineRuns: () => [],
    save: () => {},
    remove: () => {},
    dump: () => [],
    damaged: () => [],
    close: () => {},
};

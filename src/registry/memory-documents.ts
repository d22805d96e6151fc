import type { RunDocument } from '../model/run-document.js';
import { reviveDate } from '../util/json.js';
import { DOCUMENT_KINDS, type AllDocuments, type DocumentKind, type DocumentStore } from './document-store.js';
import { outlineOfRun } from './run-outline.js';

/**
 * For engines in memory. What is saved is the registry's own document and not a copy, which costs nothing; it becomes text
 * when somebody wants a copy of the whole store.
 */
export function createMemoryDocuments(given?: AllDocuments): DocumentStore {
    const kinds = new Map<DocumentKind, Map<string, object>>();
    for (const kind of DOCUMENT_KINDS) {
        const documents = (given?.[kind] ?? []).map(([id, json]) => [id, parse(json)] as const);
        kinds.set(kind, new Map(documents));
    }
    const of = (kind: DocumentKind): Map<string, object> => kinds.get(kind)!;
    return {
        sharesDocuments: true,
        loadAll: (kind) => [...of(kind).values()],
        load: (kind, id) => of(kind).get(id),
        outlineRuns: () => Array.from(of('runs').values(), (document) => outlineOfRun(document as RunDocument)),
        save: (kind, id, document) => void of(kind).set(id, document),
        remove: (kind, id) => void of(kind).delete(id),
        damaged: () => [],
        dump: (kind) => Array.from(of(kind), ([id, document]) => [id, JSON.stringify(document)]),
        close: () => {},
    };
}

function parse(json: string): object {
    return JSON.parse(json, reviveDate) as object;
}

import { DocumentCollection } from '../storage/document-collection.js';
import type { Disk } from '../storage/disk.js';
import { reviveDates } from '../util/json.js';
import { findMisshape, labelOf } from './document-shape.js';
import { createDocumentStore, DOCUMENT_KINDS, type DocumentKind, type DocumentStore } from './document-store.js';

/**
 * Opens documents in files of a directory, a journal for each kind. One that cannot be read is reported and left as it is; the
 * others do not suffer from it.
 *
 * @throws EngineError `storage-failed` when the disk refuses.
 */
export function openFileDocuments(directory: string, disk: Disk): DocumentStore {
    const open = (kind: DocumentKind): DocumentCollection<object> =>
        new DocumentCollection({
            // Other users of the machine must not read the keys and tokens.
            location: { directory, name: kind, isPrivate: kind === 'secret-keys' || kind === 'users' },
            disk,
            label: labelOf(kind),
            read(id, document) {
                reviveDates(document);
                const problem = findMisshape(kind, id, document);
                if (problem !== undefined) throw new Error(problem);
                return document as object;
            },
        });
    const collections = Object.fromEntries(DOCUMENT_KINDS.map((kind) => [kind, open(kind)]));
    return createDocumentStore(collections as Record<DocumentKind, DocumentCollection<object>>);
}

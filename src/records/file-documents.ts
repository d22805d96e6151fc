import { DocumentCollection } from '../storage/document-collection.js';
import type { FileSystemContext } from '../storage/file/file-system-context.js';
import { documentLabel, parseDocument } from './document-shapes.js';
import { createDocumentStore, type DocumentStore } from './document-store.js';

/**
 * Opens a document store in the files of a directory, one journal for each kind. A document that cannot be read is reported and left
 * unchanged; all others stay usable.
 *
 * @throws EngineError `storage-failed` if reading or writing fails.
 */
export function openFileDocuments(directory: string, disk: FileSystemContext): DocumentStore {
    return createDocumentStore(
        (kind) =>
            new DocumentCollection({
                location: { directory, name: kind },
                disk,
                label: documentLabel(kind),
                parse: (id, value) => parseDocument(kind, id, value),
            }),
    );
}

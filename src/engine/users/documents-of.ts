import type { DocumentKind, DocumentStore } from '../../registry/document-store.js';
import type { User, Users } from './users.js';

/** What a document says of its owner, in the shapes that documents have. */
interface OwnedDocument {
    userId?: string;
    schedule?: { userId: string };
    webhook?: { userId: string };
    dispatch?: { userId: string };
}

/** Those of the documents that belong to one user. What a user saves is theirs. */
export function documentsOf(user: User, users: Users, documents: DocumentStore): DocumentStore {
    const isOwn = (document: OwnedDocument): boolean => {
        const { userId = '' } = document.schedule ?? document.webhook ?? document.dispatch ?? document;
        return users.ownerOf({ userId }) === user;
    };
    return {
        ...documents,
        loadAll: (kind: DocumentKind) => (documents.loadAll(kind) as OwnedDocument[]).filter(isOwn),
    };
}

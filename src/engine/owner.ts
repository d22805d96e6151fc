import { newId } from '../util/ids.js';
import { randomToken, type ResolvedEngineOptions } from './options.js';
import type { DocumentStore } from '../registry/document-store.js';

/** The user an engine belongs to. */
export interface Owner {
    id: string;
    username: string;
    token: string;
    createdAt: Date;
}

/** The owner as the storage directory knows it, so that ids stay the same from one opening to the next. */
export function openOwner({ username, token, clock }: ResolvedEngineOptions, documents: DocumentStore): Owner {
    const known = (documents.loadAll('users') as Owner[]).find((user) => user.username === username);
    const owner: Owner = {
        id: known?.id ?? newId(),
        username,
        token: token ?? known?.token ?? randomToken(),
        createdAt: known?.createdAt ?? new Date(clock.now()),
    };
    documents.save('users', owner.id, owner);
    return owner;
}

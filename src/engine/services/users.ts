import { newId, newSecret } from '../../util/ids.js';
import { createSecretMatcher } from '../../util/timing-safe-equal.js';
import type { DocumentStore } from '../../records/document-store.js';
import type { ResolvedEngineOptions, UserOptions } from '../options/options.js';

/** A user of an engine, who owns records. */
export interface User {
    readonly id: string;
    readonly username: string;
    readonly token: string;
    readonly createdAt: Date;
}

/** The users of one engine. The first one also owns the records of users that the engine no longer has. */
export class Users {
    readonly first: User;
    readonly all: readonly [User, ...User[]];
    readonly #byId: ReadonlyMap<string, User>;
    readonly #tokenTests: readonly (readonly [isToken: (token: string) => boolean, user: User])[];

    constructor(users: readonly [User, ...User[]]) {
        this.all = users;
        this.first = users[0];
        this.#byId = new Map(users.map((user) => [user.id, user]));
        this.#tokenTests = users.map((user) => [createSecretMatcher(user.token), user]);
    }

    /** Returns the owner of a record. */
    ownerOf({ userId }: { userId: string }): User {
        return this.#byId.get(userId) ?? this.first;
    }

    findByToken(token: string): User | undefined {
        return this.#tokenTests.find(([isToken]) => isToken(token))?.[1];
    }

    findByName(username: string): User | undefined {
        return this.all.find((user) => user.username.toLowerCase() === username.toLowerCase());
    }

    find(idOrName: string): User | undefined {
        return this.#byId.get(idOrName) ?? this.findByName(idOrName);
    }
}

/** Creates the users of the options, or loads them from their documents, so that their ids and tokens stay the same. */
export function openUsers({ users, clock }: ResolvedEngineOptions, documents: DocumentStore): Users {
    const storedUsers = documents.loadAll('users') as User[];
    const recoverId = createIdRecovery(users, storedUsers, documents);
    const open = ({ username, token }: UserOptions): User => {
        const stored = storedUsers.find((user) => user.username === username);
        const user: User = {
            id: stored?.id ?? recoverId(username) ?? newId(),
            username,
            token: token ?? stored?.token ?? newSecret(),
            createdAt: stored?.createdAt ?? new Date(clock.now()),
        };
        documents.save('users', user.id, user);
        return user;
    };
    const [first, ...others] = users;
    return new Users([open(first), ...others.map(open)]);
}

/**
 * Recovers the id of a user whose document is corrupted: the id is still readable, and all records of the user refer to it. Only
 * possible for a single user; with several, the ids cannot be assigned to names.
 */
function createIdRecovery(
    users: readonly UserOptions[],
    storedUsers: readonly User[],
    documents: DocumentStore,
): (username: string) => string | undefined {
    const missing = users.filter(({ username }) => storedUsers.every((user) => user.username !== username));
    const { ids } = documents.corrupted('users');
    return (username) =>
        missing.length === 1 && ids.length === 1 && missing[0]!.username === username ? ids[0] : undefined;
}

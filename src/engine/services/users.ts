import { newId, newSecret } from '../../util/ids.js';
import { secretTest } from '../../util/timing-safe-equal.js';
import type { DocumentStore } from '../../records/document-store.js';
import type { ResolvedEngineOptions, UserOptions } from '../options/options.js';

/** Somebody to whom things in an engine belong. */
export interface User {
    readonly id: string;
    readonly username: string;
    readonly token: string;
    readonly createdAt: Date;
}

/** The users of one engine. What belongs to nobody of them any more is the first one's. */
export class Users {
    readonly first: User;
    readonly all: readonly [User, ...User[]];
    readonly #byId: ReadonlyMap<string, User>;
    readonly #tests: readonly (readonly [isToken: (token: string) => boolean, user: User])[];

    constructor(users: readonly [User, ...User[]]) {
        this.all = users;
        this.first = users[0];
        this.#byId = new Map(users.map((user) => [user.id, user]));
        this.#tests = users.map((user) => [secretTest(user.token), user]);
    }

    /** Whose something is that was made by the user with this id. */
    ownerOf({ userId }: { userId: string }): User {
        return this.#byId.get(userId) ?? this.first;
    }

    findByToken(token: string): User | undefined {
        return this.#tests.find(([isToken]) => isToken(token))?.[1];
    }

    findByName(username: string): User | undefined {
        return this.all.find((user) => user.username === username);
    }

    find(idOrName: string): User | undefined {
        return this.#byId.get(idOrName) ?? this.findByName(idOrName);
    }
}

/** The users as the storage directory knows them, so that ids stay the same from one opening to the next. */
export function openUsers({ users, clock }: ResolvedEngineOptions, documents: DocumentStore): Users {
    const known = documents.loadAll('users') as User[];
    const idOf = idFinder(users, known, documents);
    const open = ({ username, token }: UserOptions): User => {
        const before = known.find((user) => user.username === username);
        const user: User = {
            id: before?.id ?? idOf(username) ?? newId(),
            username,
            token: token ?? before?.token ?? newSecret(),
            createdAt: before?.createdAt ?? new Date(clock.now()),
        };
        documents.save('users', user.id, user);
        return user;
    };
    const [first, ...others] = users;
    return new Users([open(first), ...others.map(open)]);
}

/**
 * Finds the ids of users whose document cannot be read: all that they have is theirs by that id, and the file's name still
 * says it. Where there are several, nobody can tell whose is which.
 */
function idFinder(
    users: readonly UserOptions[],
    known: readonly User[],
    documents: DocumentStore,
): (username: string) => string | undefined {
    const strangers = users.filter(({ username }) => known.every((user) => user.username !== username));
    const { ids } = documents.corrupted('users');
    return (username) =>
        strangers.length === 1 && ids.length === 1 && strangers[0]!.username === username ? ids[0] : undefined;
}

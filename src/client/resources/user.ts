import { notFound } from '../not-found.js';
import type { User, UserClient } from '../../model/client.js';
import type { ClientHost } from '../client-host.js';

/** A user. The engine has one: `me`. */
export class UserResource implements UserClient {
    readonly #host: ClientHost;
    readonly #idOrName: string;

    constructor(host: ClientHost, idOrName: string) {
        this.#host = host;
        this.#idOrName = idOrName;
    }

    async get(): Promise<User> {
        const { id, username, createdAt } = this.#host.user;
        if (!['me', id, username].includes(this.#idOrName)) {
            throw notFound(
                `user \`${this.#idOrName}\``,
                `The engine's one user is \`${username}\`; \`user()\` is enough.`,
            );
        }
        // The engine has no proxy of its own, hence no groups and nothing that a password would open.
        return { id, username, profile: {}, proxy: { password: '', groups: [] }, isPaying: true, createdAt };
    }
}

import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { newSecret } from '../../util/ids.js';
import type { DocumentStore } from '../../records/document-store.js';

/** The PEM keys that encrypt and decrypt secret fields of inputs. */
export interface SecretKeyPair {
    publicKey: string;
    /** Encrypted with the passphrase. */
    privateKey: string;
    passphrase: string;
}

/** Length of the platform's keys. */
const MODULUS_BITS = 2048;

/**
 * The key pairs of all users, so that runs of one user cannot read the secrets of another. A pair is created when the first
 * secret of the user is encrypted.
 */
export class SecretKeyring {
    readonly #documents: DocumentStore;
    #pairs: Map<string, SecretKeyPair> | undefined;
    readonly #pending = new Map<string, Promise<SecretKeyPair>>();

    constructor(documents: DocumentStore) {
        this.#documents = documents;
    }

    /** Returns the key pair of a user, if it exists. */
    find(userId: string): SecretKeyPair | undefined {
        return this.#load().get(userId);
    }

    /** Returns the key pair of a user. Creates it if necessary, which takes about 0.1 s. */
    async require(userId: string): Promise<SecretKeyPair> {
        const known = this.find(userId);
        if (known) return known;
        // Removed afterwards, so that a failed creation is retried.
        const pending = this.#pending.get(userId) ?? this.#create(userId).finally(() => this.#pending.delete(userId));
        this.#pending.set(userId, pending);
        return pending;
    }

    /** Loads the key pairs on first use: most engines need none. */
    #load(): Map<string, SecretKeyPair> {
        return (this.#pairs ??= new Map(
            (this.#documents.loadAll('secret-keys') as (SecretKeyPair & { userId: string })[]).map(
                ({ userId, ...pair }) => [userId, pair],
            ),
        ));
    }

    async #create(userId: string): Promise<SecretKeyPair> {
        const passphrase = newSecret();
        const keys = await promisify(generateKeyPair)('rsa', {
            modulusLength: MODULUS_BITS,
            publicKeyEncoding: { type: 'spki', format: 'pem' },
            privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
        });
        const pair = { ...keys, passphrase };
        // Saved before it is used: without the key, encrypted values would be lost.
        this.#documents.save('secret-keys', userId, { userId, ...pair });
        this.#load().set(userId, pair);
        return pair;
    }
}

import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { newSecret } from '../../util/ids.js';
import type { DocumentStore } from '../../records/document-store.js';

/** The keys that secret fields of inputs are encrypted with, as texts in PEM. */
export interface SecretKeyPair {
    publicKey: string;
    /** Encrypted itself, with the passphrase. */
    privateKey: string;
    passphrase: string;
}

/** The length that the platform's keys have. */
const MODULUS_BITS = 2048;

/**
 * The key pairs of all users: the runs of others cannot read what one user gives to a run. A pair is made when the first secret of
 * the user is encrypted.
 */
export class SecretKeyring {
    readonly #documents: DocumentStore;
    #pairs: Map<string, SecretKeyPair> | undefined;
    readonly #pending = new Map<string, Promise<SecretKeyPair>>();

    constructor(documents: DocumentStore) {
        this.#documents = documents;
    }

    /** The pair of a user, if anything was ever encrypted. */
    find(userId: string): SecretKeyPair | undefined {
        return this.#load().get(userId);
    }

    /** The pair of a user; to make it takes a tenth of a second. */
    async require(userId: string): Promise<SecretKeyPair> {
        const known = this.find(userId);
        if (known) return known;
        // One that failed may be tried again.
        const making = this.#pending.get(userId) ?? this.#create(userId).finally(() => this.#pending.delete(userId));
        this.#pending.set(userId, making);
        return making;
    }

    /** Loads the pairs at their first use: most engines need none. */
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
        // Kept before anything is encrypted with it, which could not be read otherwise.
        this.#documents.save('secret-keys', userId, { userId, ...pair });
        this.#load().set(userId, pair);
        return pair;
    }
}

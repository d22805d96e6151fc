import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { newSecret } from '../../util/ids.js';
import type { DocumentStore } from '../document-store.js';

/** The keys that secret fields of inputs are encrypted with, as texts in PEM. */
export interface SecretKeyPair {
    publicKey: string;
    /** Encrypted itself, with the passphrase. */
    privateKey: string;
    passphrase: string;
}

/** The length that the platform's keys have. */
const MODULUS_BITS = 2048;

/** The key pairs of all users: what one user gives to a run, the runs of others cannot read. */
export class SecretKeyring {
    readonly #documents: DocumentStore;
    readonly #keys = new Map<string, SecretKeys>();

    constructor(documents: DocumentStore) {
        this.#documents = documents;
    }

    of(userId: string): SecretKeys {
        const keys = this.#keys.get(userId) ?? new SecretKeys(this.#documents, userId);
        this.#keys.set(userId, keys);
        return keys;
    }
}

/** The key pair of one user. It is made when a secret is first encrypted, and kept as long as the user's record. */
export class SecretKeys {
    readonly #documents: DocumentStore;
    readonly #userId: string;
    #pair: SecretKeyPair | undefined;
    #making: Promise<SecretKeyPair> | undefined;
    #hasLooked = false;

    constructor(documents: DocumentStore, userId: string) {
        this.#documents = documents;
        this.#userId = userId;
    }

    /** The pair, if anything was ever encrypted. */
    find(): SecretKeyPair | undefined {
        if (!this.#hasLooked) {
            const all = this.#documents.loadAll('secret-keys') as (SecretKeyPair & { userId: string })[];
            this.#pair = all.find(({ userId }) => userId === this.#userId);
            this.#hasLooked = true;
        }
        return this.#pair;
    }

    /** The pair, made if there is none yet, which takes a tenth of a second. */
    async require(): Promise<SecretKeyPair> {
        const known = this.find();
        if (known) return known;
        const making = (this.#making ??= this.#make());
        try {
            return await making;
        } finally {
            // One that failed may be tried again.
            this.#making = undefined;
        }
    }

    async #make(): Promise<SecretKeyPair> {
        const passphrase = newSecret();
        const keys = await promisify(generateKeyPair)('rsa', {
            modulusLength: MODULUS_BITS,
            publicKeyEncoding: { type: 'spki', format: 'pem' },
            privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
        });
        const pair = { ...keys, passphrase };
        // Kept before anything is encrypted with it: nobody could read that any more.
        this.#documents.save('secret-keys', this.#userId, { userId: this.#userId, ...pair });
        this.#pair = pair;
        return pair;
    }
}

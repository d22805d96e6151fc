import { createHmac } from 'node:crypto';
import { isEngineError } from '../errors/engine-error.js';
import { newSecret } from '../util/ids.js';
import type { LimitsUpdate } from '../model/api/account.js';
import type { DocumentStore } from './document-store.js';

/** The stored settings of a user. */
interface SettingsDocument extends LimitsUpdate {
    userId: string;
    /** The key of signatures. */
    secret?: string;
}

/** The settings of one user: limits, and a secret key that is never exposed. */
export class AccountSettings {
    readonly #documents: DocumentStore;
    #document: SettingsDocument;

    constructor(documents: DocumentStore, userId: string) {
        this.#documents = documents;
        const all = documents.loadAll('settings') as SettingsDocument[];
        this.#document = all.find((document) => document.userId === userId) ?? { userId };
    }

    /** The limits that the user has set. */
    get limits(): LimitsUpdate {
        const { maxMonthlyUsageUsd, dataRetentionDays } = this.#document;
        return { maxMonthlyUsageUsd, dataRetentionDays };
    }

    setLimits(limits: LimitsUpdate): void {
        this.#save(limits);
    }

    /** Returns a signature of a text that only this user can create: letters, digits, `-` and `_`. */
    sign(text: string): string {
        // Created on demand: most engines never sign anything.
        if (this.#document.secret === undefined) this.#createSecret();
        return createHmac('sha256', this.#document.secret!).update(text).digest('base64url');
    }

    /** If the secret cannot be saved, it stays in memory, and signatures are valid until the engine closes. */
    #createSecret(): void {
        const secret = newSecret();
        try {
            this.#save({ secret });
        } catch (error) {
            if (!isEngineError(error)) throw error;
            this.#document = { ...this.#document, secret };
        }
    }

    #save(changes: Partial<SettingsDocument>): void {
        const document = { ...this.#document, ...changes };
        this.#documents.save('settings', document.userId, document);
        this.#document = document;
    }
}

import { createHmac } from 'node:crypto';
import { isEngineError } from '../errors/engine-error.js';
import { newSecret } from '../util/ids.js';
import type { LimitsUpdate } from '../model/api/account.js';
import type { DocumentStore } from './document-store.js';

/** What is kept of a user's settings. */
interface SettingsDocument extends LimitsUpdate {
    userId: string;
    /** What signatures are made with. */
    secret?: string;
}

/** The settings of one user: limits, and a secret that never leaves. */
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

    /** What nobody but this user can make of a text, as letters, digits, `-` and `_`. */
    sign(text: string): string {
        // Most engines never sign anything, and need no file for that.
        if (this.#document.secret === undefined) this.#makeSecret();
        return createHmac('sha256', this.#document.secret!).update(text).digest('base64url');
    }

    /** Where the disk takes nothing, reading goes on; what is signed is good as long as the engine lives. */
    #makeSecret(): void {
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

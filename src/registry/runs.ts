import type { RunDocument } from '../model/run-document.js';
import type { DocumentStore } from './document-store.js';

/** The records of all runs, oldest first. */
export class RunRegistry {
    readonly #documents: DocumentStore;
    readonly #runs = new Map<string, RunDocument>();

    constructor(documents: DocumentStore) {
        this.#documents = documents;
        const loaded = documents.loadAll('runs') as RunDocument[];
        loaded.sort((a, b) => a.run.startedAt.getTime() - b.run.startedAt.getTime());
        for (const document of loaded) this.#runs.set(document.run.id, document);
    }

    /** The registry's own document, not a copy. */
    get(id: string): RunDocument | undefined {
        return this.#runs.get(id);
    }

    all(): Iterable<RunDocument> {
        return this.#runs.values();
    }

    /** Keeps a new document, or the changes of one that is kept already. */
    save(document: RunDocument): void {
        this.#runs.set(document.run.id, document);
        this.#documents.save('runs', document.run.id, document);
    }

    remove(id: string): void {
        // First where it may fail: what is still on disk must not seem to be gone.
        this.#documents.remove('runs', id);
        this.#runs.delete(id);
    }
}

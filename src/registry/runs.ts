import { RunIndex, type IndexedRun } from './run-index.js';
import type { RunDocument } from '../model/run-document.js';
import type { LastRunQuery, RunQuery } from '../model/run-query.js';
import type { DocumentStore } from './document-store.js';

/** The records of all runs, oldest first. */
export class RunRegistry {
    readonly #documents: DocumentStore;
    readonly #onRemoved: (id: string) => void;
    readonly #runs = new Map<string, IndexedRun>();
    readonly #index = new RunIndex();
    readonly #unsaved = new Set<RunDocument>();

    /** @param onRemoved - Told of each run that is gone. */
    constructor(documents: DocumentStore, onRemoved: (id: string) => void = () => {}) {
        this.#documents = documents;
        this.#onRemoved = onRemoved;
        const loaded = documents.loadAll('runs') as RunDocument[];
        loaded.sort((a, b) => a.run.startedAt.getTime() - b.run.startedAt.getTime());
        for (const document of loaded) this.#add(document);
    }

    /** The registry's own document, not a copy. */
    get(id: string): RunDocument | undefined {
        return this.#runs.get(id)?.document;
    }

    all(): Iterable<RunDocument> {
        return Array.from(this.#runs.values(), ({ document }) => document);
    }

    /** Those that started before then, oldest first, but for so many of the latest of all; maybe of one user only. */
    startedBefore(millis: number, butLatest: number, isOf?: (userId: string) => boolean): RunDocument[] {
        return this.#index.startedBefore(millis, butLatest, isOf);
    }

    /** One page of the registry's own documents, and how many there are in all. */
    page(query: RunQuery): { total: number; documents: RunDocument[] } {
        return this.#index.page(query);
    }

    /** Those that the Actor of a run has started, oldest first. */
    startedBy(runId: string): RunDocument[] {
        return this.#index.startedBy(runId);
    }

    last(query: LastRunQuery): RunDocument | undefined {
        return this.#index.last(query);
    }

    /**
     * Keeps a new document, or the changes of one that is kept already. Changes that the disk does not take are tried again with
     * the next document, and at the end.
     */
    save(document: RunDocument): void {
        const known = this.#runs.get(document.run.id);
        if (known) {
            this.#index.update(known);
            this.#unsaved.add(document);
        }
        this.#documents.save('runs', document.run.id, document);
        this.#unsaved.delete(document);
        // A new one that the disk does not take is not there.
        if (!known) this.#add(document);
        if (this.#unsaved.size > 0) this.saveLate();
    }

    /** Writes down what the disk has not taken before; as much as it takes now. */
    saveLate(): void {
        for (const document of this.#unsaved) {
            try {
                this.#documents.save('runs', document.run.id, document);
            } catch {
                // Told when it was first tried.
                return;
            }
            this.#unsaved.delete(document);
        }
    }

    remove(id: string): void {
        const entry = this.#runs.get(id);
        // First where it may fail: what is still on disk must not seem to be gone.
        this.#documents.remove('runs', id);
        this.#runs.delete(id);
        if (!entry) return;
        this.#unsaved.delete(entry.document);
        this.#index.remove(entry);
        this.#onRemoved(id);
    }

    #add(document: RunDocument): void {
        this.#runs.set(document.run.id, this.#index.add(document));
    }
}

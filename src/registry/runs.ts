import { isTerminal, JOB_STATUSES } from '../model/status.js';
import type { RunDocument, LastRunQuery, RunQuery } from '../model/run-document.js';
import type { DocumentStore } from './document-store.js';
import { keysOf, RunIndex, type IndexedRun } from './run-index.js';

const LIVE = JOB_STATUSES.filter((status) => !isTerminal(status));

/** A run and where it stands in the lists. */
interface KnownRun {
    readonly document: RunDocument;
    readonly entry: IndexedRun;
}

/** The records of all runs, oldest first. */
export class RunRegistry {
    readonly #documents: DocumentStore;
    readonly #onRemoved: (id: string) => void;
    readonly #runs = new Map<string, KnownRun>();
    readonly #index = new RunIndex();
    /** Changes that the disk has not taken. */
    readonly #unsaved = new Map<string, RunDocument>();

    /** @param onRemoved - Called for each run that is removed. */
    constructor(documents: DocumentStore, onRemoved: (id: string) => void = () => {}) {
        this.#documents = documents;
        this.#onRemoved = onRemoved;
        const all = documents.loadAll('runs') as RunDocument[];
        for (const document of all.toSorted((a, b) => a.run.startedAt.getTime() - b.run.startedAt.getTime())) {
            this.#add(document);
        }
    }

    /** The registry's own document, not a copy. */
    get(id: string): RunDocument | undefined {
        return this.#runs.get(id)?.document;
    }

    has(id: string): boolean {
        return this.#runs.has(id);
    }

    /** Those that have not ended, oldest first. */
    live(): RunDocument[] {
        return [...this.#documentsOf(this.#index.inStatus(LIVE))];
    }

    /** Those that started before then, oldest first, but for so many of the latest of all; maybe of one user only. */
    startedBefore(millis: number, butLatest: number, isOf?: (userId: string) => boolean): Iterable<RunDocument> {
        return this.#documentsOf(this.#index.startedBefore(millis, butLatest, isOf));
    }

    /** One page of the registry's own documents, and how many there are in all. */
    page(query: RunQuery): { total: number; documents: RunDocument[] } {
        const { total, entries } = this.#index.page(query);
        return { total, documents: [...this.#documentsOf(entries)] };
    }

    /** Those that the Actor of a run has started, oldest first. */
    startedBy(runId: string): RunDocument[] {
        return [...this.#documentsOf(this.#index.startedBy(runId))];
    }

    last(query: LastRunQuery): RunDocument | undefined {
        const entry = this.#index.last(query);
        return entry && this.get(entry.id);
    }

    /**
     * Keeps a new document, or the changes of one that is kept already. Changes that the disk does not take are tried again with
     * the next document, and at the end.
     */
    save(document: RunDocument): void {
        const { id, status } = document.run;
        const known = this.#runs.get(id);
        if (known) {
            this.#index.update(known.entry, status);
            this.#unsaved.set(id, document);
        }
        this.#documents.save('runs', id, document);
        this.#unsaved.delete(id);
        if (!known) this.#add(document);
        if (this.#unsaved.size > 0) this.saveLate();
    }

    /** Writes down what the disk has not taken before; as much as it takes now. */
    saveLate(): void {
        for (const [id, document] of this.#unsaved) {
            try {
                this.#documents.save('runs', id, document);
            } catch {
                // Reported when it was first tried.
                return;
            }
            this.#unsaved.delete(id);
        }
    }

    remove(id: string): void {
        const known = this.#runs.get(id);
        // First where it may fail: what is still on disk must not seem to be gone.
        this.#documents.remove('runs', id);
        if (known === undefined) return;
        this.#runs.delete(id);
        this.#unsaved.delete(id);
        this.#index.remove(known.entry);
        this.#onRemoved(id);
    }

    #add(document: RunDocument): void {
        const entry = this.#index.add(keysOf(document));
        this.#runs.set(entry.id, { document, entry });
    }

    *#documentsOf(entries: Iterable<IndexedRun>): Generator<RunDocument> {
        for (const { id } of entries) {
            const document = this.get(id);
            if (document !== undefined) yield document;
        }
    }
}

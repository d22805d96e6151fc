import { isTerminal, JOB_STATUSES } from '../model/status.js';
import type { RunDocument, LastRunQuery, RunQuery } from '../model/run-document.js';
import type { DocumentStore } from './document-store.js';
import { HeldRuns } from './held-runs.js';
import { RunIndex, type IndexedRun } from './run-index.js';
import { outlineOfRun } from './run-outline.js';

const LIVE = JOB_STATUSES.filter((status) => !isTerminal(status));

/**
 * The records of all runs, oldest first. Of those that have ended, only the outlines are always in memory where the documents
 * are on disk; a document is read when somebody wants it, and is the same for all who have it.
 */
export class RunRegistry {
    readonly #documents: DocumentStore;
    readonly #onRemoved: (id: string) => void;
    readonly #runs = new Map<string, IndexedRun>();
    readonly #index = new RunIndex();
    readonly #held = new HeldRuns();
    /** Changes that the disk has not taken. */
    readonly #unsaved = new Map<string, RunDocument>();

    /** @param onRemoved - Told of each run that is gone. */
    constructor(documents: DocumentStore, onRemoved: (id: string) => void = () => {}) {
        this.#documents = documents;
        this.#onRemoved = onRemoved;
        const outlines = documents.outlineRuns().toSorted((a, b) => a.startedAt - b.startedAt);
        for (const outline of outlines) this.#runs.set(outline.id, this.#index.add(outline));
    }

    /** The registry's own document, not a copy. */
    get(id: string): RunDocument | undefined {
        const entry = this.#runs.get(id);
        return entry && (this.#held.get(id) ?? this.#load(entry));
    }

    has(id: string): boolean {
        return this.#runs.has(id);
    }

    /** Those that have not ended, oldest first. */
    live(): RunDocument[] {
        return [...this.#documentsOf(this.#index.inStatus(LIVE))];
    }

    /**
     * Those that started before then, oldest first, but for so many of the latest of all; maybe of one user only. Each is read
     * when it is its turn.
     */
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
            this.#index.update(known, status);
            this.#unsaved.set(id, document);
        }
        this.#documents.save('runs', id, document);
        this.#unsaved.delete(id);
        // What the disk does not take stays as it is held; a new one is not there.
        this.#hold(document);
        if (!known) this.#runs.set(id, this.#index.add(outlineOfRun(document)));
        if (this.#unsaved.size > 0) this.saveLate();
    }

    /** Writes down what the disk has not taken before; as much as it takes now. */
    saveLate(): void {
        for (const [id, document] of this.#unsaved) {
            try {
                this.#documents.save('runs', id, document);
            } catch {
                // Told when it was first tried.
                return;
            }
            this.#unsaved.delete(id);
            this.#hold(document);
        }
    }

    remove(id: string): void {
        const entry = this.#runs.get(id);
        // First where it may fail: what is still on disk must not seem to be gone.
        this.#documents.remove('runs', id);
        if (entry) this.#drop(entry);
    }

    *#documentsOf(entries: Iterable<IndexedRun>): Generator<RunDocument> {
        for (const { id } of entries) {
            const document = this.get(id);
            if (document !== undefined) yield document;
        }
    }

    #load(entry: IndexedRun): RunDocument | undefined {
        const document = this.#documents.load('runs', entry.id) as RunDocument | undefined;
        if (document === undefined) {
            // A person has removed it, or has left something that cannot be read.
            if (this.#documents.damaged('runs').includes(entry.id)) this.#forget(entry);
            else this.#drop(entry);
            return undefined;
        }
        // A person may have edited it, too.
        this.#index.update(entry, document.run.status);
        this.#hold(document);
        return document;
    }

    #hold(document: RunDocument): void {
        if (!this.#documents.sharesDocuments) this.#held.hold(document);
    }

    #drop(entry: IndexedRun): void {
        this.#forget(entry);
        this.#onRemoved(entry.id);
    }

    #forget(entry: IndexedRun): void {
        this.#runs.delete(entry.id);
        this.#unsaved.delete(entry.id);
        this.#held.forget(entry.id);
        this.#index.remove(entry);
    }
}

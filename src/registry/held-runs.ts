import { isTerminal } from '../model/status.js';
import type { RunDocument } from '../model/run-document.js';

/** So many of those that have ended stay in memory, whoever wants them next. */
const MOST_RECENT = 500;

/**
 * Documents of runs that are on disk. Those of live runs stay, and the latest of the others; any other is known for as long
 * as somebody has it, so that there are never two of one run.
 */
export class HeldRuns {
    readonly #live = new Map<string, RunDocument>();
    /** The one that was wanted longest ago comes first. */
    readonly #recent = new Map<string, RunDocument>();
    readonly #others = new Map<string, WeakRef<RunDocument>>();
    readonly #collected = new FinalizationRegistry<string>((id) => {
        // There may be another one by now.
        if (this.#others.get(id)?.deref() === undefined) this.#others.delete(id);
    });

    get(id: string): RunDocument | undefined {
        const document = this.#live.get(id) ?? this.#recent.get(id) ?? this.#others.get(id)?.deref();
        if (document !== undefined) this.hold(document);
        return document;
    }

    hold(document: RunDocument): void {
        const { id, status } = document.run;
        this.#recent.delete(id);
        if (!isTerminal(status)) {
            this.#live.set(id, document);
            return;
        }
        this.#live.delete(id);
        this.#recent.set(id, document);
        if (this.#recent.size > MOST_RECENT) this.#letGo(this.#recent.entries().next().value!);
    }

    forget(id: string): void {
        for (const documents of [this.#live, this.#recent, this.#others]) documents.delete(id);
    }

    #letGo([id, document]: [string, RunDocument]): void {
        this.#recent.delete(id);
        if (this.#others.get(id)?.deref() === document) return;
        this.#others.set(id, new WeakRef(document));
        this.#collected.register(document, id);
    }
}

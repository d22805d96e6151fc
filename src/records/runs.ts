import { isTerminal, JOB_STATUSES, type JobStatus } from '../model/api/status.js';
import { SortedList } from '../util/collections/sorted-list.js';
import type { RunDocument, LastRunQuery, RunFilter, RunQuery } from '../model/api/run-document.js';
import type { DocumentStore } from './document-store.js';

const LIVE = JOB_STATUSES.filter((status) => !isTerminal(status));

/** A run as it stands in the lists. */
interface IndexedRun {
    readonly document: RunDocument;
    /** In milliseconds since the epoch. */
    readonly startedAt: number;
    /** The order among those that started at the same time. */
    readonly sequence: number;
    /** The status under which it stands. */
    status: JobStatus;
}

type RunList = SortedList<IndexedRun>;

/** A stretch of a list, up to but not including the place `to`. */
interface Range {
    list: RunList;
    from: number;
    to: number;
}

/** Stands for all Actors, and for all statuses. */
const ALL = '';

/** The records of all runs, oldest first. It finds them by Actor or task, status and time, without a look at the others. */
export class RunRegistry {
    readonly #documents: DocumentStore;
    readonly #onRemoved: (id: string) => void;
    readonly #runs = new Map<string, IndexedRun>();
    /** The users that have had runs. */
    readonly #userIds = new Set<string>();
    /**
     * For each user: all runs, those of each Actor and task, those of each status, and those of each status of each Actor and
     * task; by {@link listKey}.
     */
    readonly #lists = new Map<string, RunList>();
    #sequence = 0;
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

    /** Those that started before then, oldest first, but for so many of the latest of all; maybe of one user only. */
    startedBefore(millis: number, butLatest: number, isOwner?: (userId: string) => boolean): RunDocument[] {
        const all = firstOf(this.#ranges({ isOwner }), Infinity, false);
        const old = all.slice(0, Math.max(0, all.length - butLatest)).filter(({ startedAt }) => startedAt < millis);
        return documentsOf(old);
    }

    /** Those that the Actor of a run has started, oldest first. */
    startedBy(runId: string): RunDocument[] {
        return documentsOf(firstOf(this.#ranges({ actId: runId }), Infinity, false));
    }

    /** Those that have not ended, oldest first. */
    live(): RunDocument[] {
        return documentsOf(firstOf(this.#ranges({ statuses: LIVE }), Infinity, false));
    }

    /** One page of the registry's own documents, and how many there are in all. */
    page(query: RunQuery): { total: number; documents: RunDocument[] } {
        const { offset, limit, desc } = query;
        const ranges = this.#ranges(query);
        const total = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
        const page = firstOf(ranges, offset + limit, desc).slice(offset, offset + limit);
        return { total, documents: documentsOf(page) };
    }

    /** The last run of an Actor or a task that is like that. */
    last({ status, origin, ...filter }: LastRunQuery): RunDocument | undefined {
        const ranges = this.#ranges({ ...filter, ...(status !== undefined && { statuses: [status] }) });
        if (origin === undefined) return firstOf(ranges, 1, true)[0]?.document;
        return firstOf(ranges, Infinity, true).find(({ document }) => document.run.meta.origin === origin)?.document;
    }

    /**
     * Keeps a new document, or the changes of one that is kept already. Changes that the disk does not take are tried again with
     * the next document, and at the end.
     */
    save(document: RunDocument): void {
        const { id } = document.run;
        const known = this.#runs.get(id);
        if (known) {
            this.#restate(known);
            this.#unsaved.set(id, document);
        }
        this.#documents.save('runs', id, document);
        this.#unsaved.delete(id);
        if (!known) this.#add(document);
        if (this.#unsaved.size > 0) this.retrySaves();
    }

    /** Writes down what the disk has not taken before; as much as it takes now. */
    retrySaves(): void {
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
        for (const [subjectId, status] of listsOf(known)) this.#take(subjectId, status, known);
        this.#onRemoved(id);
    }

    #add(document: RunDocument): void {
        const { id, startedAt, status } = document.run;
        const entry = { document, startedAt: startedAt.getTime(), sequence: this.#sequence++, status };
        this.#runs.set(id, entry);
        this.#userIds.add(document.run.userId);
        for (const [subjectId, status] of listsOf(entry)) this.#put(subjectId, status, entry);
    }

    /** Takes in the status of a run, if it has changed. */
    #restate(entry: IndexedRun): void {
        const { status } = entry.document.run;
        if (status === entry.status) return;
        for (const subjectId of subjectsOf(entry)) {
            this.#take(subjectId, entry.status, entry);
            this.#put(subjectId, status, entry);
        }
        entry.status = status;
    }

    #ranges({ actId, actorTaskId, isOwner, statuses, startedAfter, startedBefore }: RunFilter): Range[] {
        const lists: RunList[] = [];
        for (const userId of this.#userIds) {
            if (isOwner?.(userId) === false) continue;
            for (const status of new Set<string>(statuses ?? [ALL])) {
                const list = this.#lists.get(listKey(userId, actorTaskId ?? actId ?? ALL, status));
                if (list !== undefined) lists.push(list);
            }
        }
        return lists.map((list) => {
            const from = startedAfter === undefined ? 0 : list.findPlace((run) => run.startedAt >= startedAfter);
            const to = startedBefore === undefined ? list.size : list.findPlace((run) => run.startedAt > startedBefore);
            return { list, from, to: Math.max(from, to) };
        });
    }

    #put(subjectId: string, status: string, entry: IndexedRun): void {
        const key = listKey(entry.document.run.userId, subjectId, status);
        const list = this.#lists.get(key) ?? new SortedList(inOrder);
        this.#lists.set(key, list);
        list.add(entry);
    }

    #take(subjectId: string, status: string, entry: IndexedRun): void {
        const key = listKey(entry.document.run.userId, subjectId, status);
        const list = this.#lists.get(key);
        list?.delete(entry);
        if (list?.size === 0) this.#lists.delete(key);
    }
}

/** Ids and statuses have no spaces in them. */
function listKey(userId: string, subjectId: string, status: string): string {
    return `${userId} ${subjectId} ${status}`;
}

function inOrder(a: IndexedRun, b: IndexedRun): number {
    return a.startedAt - b.startedAt || a.sequence - b.sequence;
}

function documentsOf(entries: readonly IndexedRun[]): RunDocument[] {
    return entries.map(({ document }) => document);
}

/** The lists that a run stands in. Runs are looked for by their parent, but not by its and a status. */
function listsOf(entry: IndexedRun): [subjectId: string, status: string][] {
    const { startedByRunId } = entry.document;
    const places = subjectsOf(entry).flatMap((id): [string, string][] => [
        [id, ALL],
        [id, entry.status],
    ]);
    return startedByRunId === undefined ? places : [...places, [startedByRunId, ALL]];
}

/** The subjects of a run: all, its Actor and its task. Ids are random, so that no two subjects share one. */
function subjectsOf({ document: { run } }: IndexedRun): string[] {
    return run.actorTaskId === undefined ? [ALL, run.actId] : [ALL, run.actId, run.actorTaskId];
}

/** The entries of several lists in one order; of each, no more than there can be before the end of a page. */
function firstOf(ranges: readonly Range[], count: number, desc: boolean): IndexedRun[] {
    const entries = ranges.flatMap(({ list, from, to }) => [
        ...(desc ? list.backward(Math.max(from, to - count), to) : list.forward(from, Math.min(to, from + count))),
    ]);
    return ranges.length === 1 ? entries : entries.toSorted(desc ? (a, b) => inOrder(b, a) : inOrder);
}

import { isTerminal, JOB_STATUSES, type JobStatus } from '../model/api/status.js';
import { SortedList } from '../util/collections/sorted-list.js';
import type { RunDocument, LastRunQuery, RunFilter, RunQuery } from '../model/api/run-document.js';
import type { DocumentStore } from './document-store.js';

const LIVE = JOB_STATUSES.filter((status) => !isTerminal(status));

/** An entry of the sorted lists. */
interface IndexedRun {
    readonly document: RunDocument;
    /** Milliseconds since the epoch. */
    readonly startedAt: number;
    /** Order of runs that started in the same millisecond. */
    readonly sequence: number;
    /** The status under which the run is indexed. */
    status: JobStatus;
}

type RunList = SortedList<IndexedRun>;

/** A range of a list. The index `to` is exclusive. */
interface Range {
    list: RunList;
    from: number;
    to: number;
}

/** Part of a list key: all Actors and tasks, or all statuses. */
const ALL = '';

/** The records of all runs, oldest first, indexed by user, Actor or task, status and start time. */
export class RunRegistry {
    readonly #documents: DocumentStore;
    readonly #onRemoved: (id: string) => void;
    readonly #runs = new Map<string, IndexedRun>();
    /** Ids of the users with runs. */
    readonly #userIds = new Set<string>();
    /**
     * The lists by {@link listKey}. Each user has lists of all runs, of each Actor and task, of each status, and of each status of
     * each Actor and task.
     */
    readonly #lists = new Map<string, RunList>();
    #sequence = 0;
    /** Documents whose latest changes could not be written to disk. */
    readonly #unsaved = new Map<string, RunDocument>();

    /** @param onRemoved - Called after a run was removed. */
    constructor(documents: DocumentStore, onRemoved: (id: string) => void = () => {}) {
        this.#documents = documents;
        this.#onRemoved = onRemoved;
        const all = documents.loadAll('runs') as RunDocument[];
        for (const document of all.toSorted((a, b) => a.run.startedAt.getTime() - b.run.startedAt.getTime())) {
            this.#add(document);
        }
    }

    /** Returns the registry's own document, not a copy. */
    get(id: string): RunDocument | undefined {
        return this.#runs.get(id)?.document;
    }

    has(id: string): boolean {
        return this.#runs.has(id);
    }

    /**
     * Returns the runs that started before a time, oldest first.
     *
     * @param butLatest - Number of latest runs to leave out, whenever they started.
     * @param isOf - Selects the users. Default: all.
     */
    startedBefore(millis: number, butLatest: number, isOwner?: (userId: string) => boolean): RunDocument[] {
        const all = firstOf(this.#ranges({ isOwner }), Infinity, false);
        const old = all.slice(0, Math.max(0, all.length - butLatest)).filter(({ startedAt }) => startedAt < millis);
        return documentsOf(old);
    }

    /** Returns the child runs of a run, oldest first. */
    startedBy(runId: string): RunDocument[] {
        return documentsOf(firstOf(this.#ranges({ actId: runId }), Infinity, false));
    }

    /** Returns the runs that have not finished, oldest first. */
    live(): RunDocument[] {
        return documentsOf(firstOf(this.#ranges({ statuses: LIVE }), Infinity, false));
    }

    /** Returns one page of the registry's own documents, and the total number of matches. */
    page(query: RunQuery): { total: number; documents: RunDocument[] } {
        const { offset, limit, desc } = query;
        const ranges = this.#ranges(query);
        const total = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
        const page = firstOf(ranges, offset + limit, desc).slice(offset, offset + limit);
        return { total, documents: documentsOf(page) };
    }

    /** Returns the latest run of an Actor or task that matches. */
    last({ status, origin, ...filter }: LastRunQuery): RunDocument | undefined {
        const ranges = this.#ranges({ ...filter, ...(status !== undefined && { statuses: [status] }) });
        if (origin === undefined) return firstOf(ranges, 1, true)[0]?.document;
        return firstOf(ranges, Infinity, true).find(({ document }) => document.run.meta.origin === origin)?.document;
    }

    /**
     * Saves a new document, or the changes of an existing one. Changes that cannot be written to disk are retried with the next
     * save, and when the engine closes.
     */
    save(document: RunDocument): void {
        const { id } = document.run;
        const existing = this.#runs.get(id);
        if (existing) {
            this.#updateStatus(existing);
            this.#unsaved.set(id, document);
        }
        this.#documents.save('runs', id, document);
        this.#unsaved.delete(id);
        if (!existing) this.#add(document);
        if (this.#unsaved.size > 0) this.retrySaves();
    }

    /** Retries failed writes until one fails again. */
    retrySaves(): void {
        for (const [id, document] of this.#unsaved) {
            try {
                this.#documents.save('runs', id, document);
            } catch {
                // The first failure was reported.
                return;
            }
            this.#unsaved.delete(id);
        }
    }

    remove(id: string): void {
        const existing = this.#runs.get(id);
        // The disk comes first, since it may fail: a run that is still on disk must stay visible.
        this.#documents.remove('runs', id);
        if (existing === undefined) return;
        this.#runs.delete(id);
        this.#unsaved.delete(id);
        for (const [subjectId, status] of listsOf(existing)) this.#removeFromList(subjectId, status, existing);
        this.#onRemoved(id);
    }

    #add(document: RunDocument): void {
        const { id, startedAt, status } = document.run;
        const entry = { document, startedAt: startedAt.getTime(), sequence: this.#sequence++, status };
        this.#runs.set(id, entry);
        this.#userIds.add(document.run.userId);
        for (const [subjectId, status] of listsOf(entry)) this.#addToList(subjectId, status, entry);
    }

    /** Moves a run to the lists of its new status, if it has changed. */
    #updateStatus(entry: IndexedRun): void {
        const { status } = entry.document.run;
        if (status === entry.status) return;
        for (const subjectId of subjectsOf(entry)) {
            this.#removeFromList(subjectId, entry.status, entry);
            this.#addToList(subjectId, status, entry);
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
            const from = startedAfter === undefined ? 0 : list.findIndex((run) => run.startedAt >= startedAfter);
            const to = startedBefore === undefined ? list.size : list.findIndex((run) => run.startedAt > startedBefore);
            return { list, from, to: Math.max(from, to) };
        });
    }

    #addToList(subjectId: string, status: string, entry: IndexedRun): void {
        const key = listKey(entry.document.run.userId, subjectId, status);
        const list = this.#lists.get(key) ?? new SortedList(compareStart);
        this.#lists.set(key, list);
        list.add(entry);
    }

    #removeFromList(subjectId: string, status: string, entry: IndexedRun): void {
        const key = listKey(entry.document.run.userId, subjectId, status);
        const list = this.#lists.get(key);
        list?.delete(entry);
        if (list?.size === 0) this.#lists.delete(key);
    }
}

/** The key of a list. Ids and statuses contain no spaces. */
function listKey(userId: string, subjectId: string, status: string): string {
    return `${userId} ${subjectId} ${status}`;
}

function compareStart(a: IndexedRun, b: IndexedRun): number {
    return a.startedAt - b.startedAt || a.sequence - b.sequence;
}

function documentsOf(entries: readonly IndexedRun[]): RunDocument[] {
    return entries.map(({ document }) => document);
}

/** Returns the lists that contain a run. Child runs are indexed by their parent, but not by parent and status. */
function listsOf(entry: IndexedRun): [subjectId: string, status: string][] {
    const { startedByRunId } = entry.document;
    const lists = subjectsOf(entry).flatMap((id): [string, string][] => [
        [id, ALL],
        [id, entry.status],
    ]);
    return startedByRunId === undefined ? lists : [...lists, [startedByRunId, ALL]];
}

/** Returns the subjects of a run: all runs, its Actor and its task. Ids are random, so subjects never share one. */
function subjectsOf({ document: { run } }: IndexedRun): string[] {
    return run.actorTaskId === undefined ? [ALL, run.actId] : [ALL, run.actId, run.actorTaskId];
}

/** Merges ranges of several lists in order. At most `count` entries of each are needed to fill a page. */
function firstOf(ranges: readonly Range[], count: number, desc: boolean): IndexedRun[] {
    const entries = ranges.flatMap(({ list, from, to }) => [
        ...(desc ? list.backward(Math.max(from, to - count), to) : list.forward(from, Math.min(to, from + count))),
    ]);
    return ranges.length === 1 ? entries : entries.toSorted(desc ? (a, b) => compareStart(b, a) : compareStart);
}

import { OrderedList } from '../util/ordered-list.js';
import type { PageOptions } from '../model/page.js';
import type { LastRunQuery, RunDocument, RunFilter, RunQuery } from '../model/run-document.js';
import type { RunOrigin } from '../model/run.js';
import type { JobStatus } from '../model/status.js';

/** What runs are found by. */
export interface RunKeys {
    readonly id: string;
    /** In milliseconds since the epoch. */
    readonly startedAt: number;
    readonly status: JobStatus;
    readonly actId: string;
    readonly userId: string;
    readonly origin: RunOrigin;
    readonly actorTaskId?: string | undefined;
    /** The run whose Actor started it. */
    readonly startedByRunId?: string | undefined;
}

/** A run as it stands in the lists. */
export interface IndexedRun extends Omit<RunKeys, 'status'> {
    /** The order among those that started at the same time. */
    readonly sequence: number;
    /** The status under which it stands. */
    status: JobStatus;
}

/** The keys of a document. */
export function keysOf({ run, startedByRunId }: RunDocument): RunKeys {
    const { id, startedAt, status, actId, userId, actorTaskId, meta } = run;
    return {
        id,
        startedAt: startedAt.getTime(),
        status,
        actId,
        userId,
        origin: meta.origin,
        actorTaskId,
        startedByRunId,
    };
}

type RunList = OrderedList<IndexedRun>;

/** A stretch of a list, up to but not including the place `to`. */
interface Range {
    list: RunList;
    from: number;
    to: number;
}

/** Stands for all Actors, and for all statuses. */
const ALL = '';

/** Finds runs by Actor or task, status and time, without a look at those that are not asked for. */
export class RunIndex {
    /**
     * For each user: all runs, those of each Actor and task, those of each status, and those of each status of each Actor and
     * task: by subject, then by status, where the empty text stands for all.
     */
    readonly #lists = new Map<string, Map<string, Map<string, RunList>>>();
    #sequence = 0;

    add(keys: RunKeys): IndexedRun {
        const entry = indexed(keys, this.#sequence++);
        const { startedByRunId, status } = entry;
        for (const subjectId of subjectsOf(entry)) {
            this.#put(subjectId, ALL, entry);
            this.#put(subjectId, status, entry);
        }
        // Runs are looked for by their parent, but not by its and a status.
        if (startedByRunId !== undefined) this.#put(startedByRunId, ALL, entry);
        return entry;
    }

    /** Takes in the status of a run, if it has changed. */
    update(entry: IndexedRun, status: JobStatus): void {
        if (status === entry.status) return;
        for (const subjectId of subjectsOf(entry)) {
            this.#take(subjectId, entry.status, entry);
            this.#put(subjectId, status, entry);
        }
        entry.status = status;
    }

    remove(entry: IndexedRun): void {
        for (const subjectId of subjectsOf(entry)) {
            this.#take(subjectId, ALL, entry);
            this.#take(subjectId, entry.status, entry);
        }
        if (entry.startedByRunId !== undefined) this.#take(entry.startedByRunId, ALL, entry);
    }

    /** Those that started before then, oldest first, but for so many of the latest of all; maybe of one user only. */
    startedBefore(millis: number, butLatest: number, isOf?: (userId: string) => boolean): IndexedRun[] {
        const all = [...pick(this.#ranges({ isOf }), { offset: 0, limit: Number.POSITIVE_INFINITY, desc: false })];
        return all.slice(0, Math.max(0, all.length - butLatest)).filter(({ startedAt }) => startedAt < millis);
    }

    /** Those that the Actor of a run has started, oldest first. */
    startedBy(runId: string): IndexedRun[] {
        return [...merged(this.#ranges({ actId: runId }), false)];
    }

    /** Those that are in one of these states, oldest first. */
    inStatus(statuses: readonly JobStatus[]): IndexedRun[] {
        return [...merged(this.#ranges({ statuses }), false)];
    }

    /** One page of runs, and how many there are in all. */
    page(query: RunQuery): { total: number; entries: IndexedRun[] } {
        const ranges = this.#ranges(query);
        const total = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
        return { total, entries: [...pick(ranges, query)] };
    }

    /** The last run of an Actor or a task that is like that. */
    last({ status, origin, ...filter }: LastRunQuery): IndexedRun | undefined {
        const ranges = this.#ranges({ ...filter, ...(status !== undefined && { statuses: [status] }) });
        for (const entry of merged(ranges, true)) {
            if (origin === undefined || entry.origin === origin) return entry;
        }
        return undefined;
    }

    #ranges({ actId, actorTaskId, isOf, statuses, startedAfter, startedBefore }: RunFilter): Range[] {
        const lists: RunList[] = [];
        for (const [userId, ofUser] of this.#lists) {
            const ofSubject = isOf?.(userId) === false ? undefined : ofUser.get(actorTaskId ?? actId ?? ALL);
            for (const status of new Set<string>(statuses ?? [ALL])) {
                const list = ofSubject?.get(status);
                // A page of a single list is entered at its offset, so that others count that have something in them.
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
        const ofUser = getOrMake(this.#lists, entry.userId, () => new Map<string, Map<string, RunList>>());
        const ofSubject = getOrMake(ofUser, subjectId, () => new Map<string, RunList>());
        getOrMake(ofSubject, status, newList).add(entry);
    }

    #take(subjectId: string, status: string, entry: IndexedRun): void {
        const ofUser = this.#lists.get(entry.userId);
        const ofSubject = ofUser?.get(subjectId);
        const list = ofSubject?.get(status);
        list?.delete(entry);
        if (list?.size === 0) ofSubject?.delete(status);
        if (ofSubject?.size === 0) ofUser?.delete(subjectId);
        if (ofUser?.size === 0) this.#lists.delete(entry.userId);
    }
}

function getOrMake<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
    let value = map.get(key);
    if (value === undefined) map.set(key, (value = make()));
    return value;
}

/** Every one with the same shape, since there are many. */
function indexed({ id, startedAt, status, actId, userId, origin, ...more }: RunKeys, sequence: number): IndexedRun {
    const { actorTaskId, startedByRunId } = more;
    return { id, startedAt, status, actId, userId, origin, actorTaskId, startedByRunId, sequence };
}

function newList(): RunList {
    return new OrderedList((a, b) => a.startedAt - b.startedAt || a.sequence - b.sequence);
}

/** What a run is a run of. Ids are drawn at random: no Actor has that of a task or of a run. */
function subjectsOf({ actId, actorTaskId }: IndexedRun): string[] {
    return actorTaskId === undefined ? [ALL, actId] : [ALL, actId, actorTaskId];
}

/** The entries of a page. A single range is entered at the offset itself; of several, the entries before it are passed. */
function* pick(ranges: readonly Range[], { offset, limit, desc }: Required<PageOptions>): Generator<IndexedRun> {
    const [only] = ranges;
    const isSingle = only !== undefined && ranges.length === 1;
    const entries = isSingle ? inOrder(after(only, offset, desc), desc) : merged(ranges, desc);
    let toPass = isSingle ? 0 : offset;
    let left = limit;
    for (const entry of entries) {
        if (left === 0) return;
        if (toPass > 0) toPass -= 1;
        else {
            left -= 1;
            yield entry;
        }
    }
}

function after({ list, from, to }: Range, offset: number, desc: boolean): Range {
    return desc ? { list, from, to: Math.max(from, to - offset) } : { list, from: Math.min(from + offset, to), to };
}

function inOrder({ list, from, to }: Range, desc: boolean): Generator<IndexedRun, undefined> {
    return desc ? list.backward(from, to) : list.forward(from, to);
}

function* merged(ranges: readonly Range[], desc: boolean): Generator<IndexedRun> {
    const order = newList();
    const sources = new Map<IndexedRun, Generator<IndexedRun, undefined>>();
    const take = (source: Generator<IndexedRun, undefined>): void => {
        const { value } = source.next();
        if (value === undefined) return;
        order.add(value);
        sources.set(value, source);
    };
    for (const range of ranges) take(inOrder(range, desc));
    while (order.size > 0) {
        const next = order.at(desc ? order.size - 1 : 0)!;
        const source = sources.get(next)!;
        order.delete(next);
        sources.delete(next);
        yield next;
        take(source);
    }
}

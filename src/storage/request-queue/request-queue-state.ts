import type { QueueOperation } from '../../model/api/storage.js';
import { sortBy, SortedList } from '../../util/collections/sorted-list.js';
import type { JournalContent } from '../file/journal.js';
import type { ValidRequest } from './validate-request.js';

/*
 * The lines of a queue's journal. Each is a JSON array that starts with the id of a request:
 *
 *     ["id",7,{…},12]      the request was the 12th to arrive, and is pending at position 7
 *     ["id",null,{…},12]   the request is handled
 *     ["id",7]             the request has moved to position 7
 *     ["id"]               the request was deleted
 *
 * The request itself is written and read as text, so that reading a journal parses no requests.
 */

const HEAD = /\["([A-Za-z0-9]{1,15})"(?:\]\n|,(-?\d{1,20}|null)(?:\]\n|,(?=\{)))/y;
const TAIL = /\},(\d{1,15})\]$/;

/** A lock on a request. Locks are in memory only, since they must not outlive the process that holds them. */
export interface RequestLock {
    readonly clientKey: string;
    /** Milliseconds since the epoch. */
    readonly expiresAt: number;
    /** Where the request returns to when the lock ends: true for the front, false for the back, undefined for its place. */
    forefront?: boolean | undefined;
}

/** A lock that is saved separately from its request. */
export interface SavedLock extends RequestLock {
    /** Id of the request. */
    readonly id: string;
}

/** A request of a queue. */
export interface QueueEntry {
    readonly id: string;
    /** The request as JSON. */
    text: string;
    bytes: number;
    isHandled: boolean;
    /** Order of arrival in the queue. */
    readonly ordinal: number;
    /** Position among the pending requests: lower ones are nearer to the front. Stays set while the request is locked. */
    position: number;
    lock: RequestLock | undefined;
}

/** A parsed line. `position` is null for a handled request, and absent together with `text` for a deleted one. */
interface JournalLine {
    id: string;
    position?: number | null;
    text?: string;
    bytes: number;
    ordinal: number;
}

/** Number of entries to restore before other work gets its turn; takes a millisecond or two. */
const RESTORE_BATCH_SIZE = 8192;

/**
 * The requests of one queue, their order and their locks. Each change is first appended to the journal; if that throws, nothing has
 * changed. The cost of an operation does not depend on the number of requests.
 */
export class RequestQueueState implements JournalContent {
    readonly #append: (lines: readonly string[]) => void;
    readonly #entries = new Map<string, QueueEntry>();
    /** All requests in the order of their arrival. */
    readonly #arrivals = new SortedList<QueueEntry>((a, b) => a.ordinal - b.ordinal);
    /** Requests that are neither handled nor locked, the next one first. */
    readonly #pending = new SortedList<QueueEntry>(comparePositions);
    /** Locked requests in the order in which their locks expire. */
    readonly #locked = new SortedList<QueueEntry>(compareLocks);
    #lowest = 0;
    #highest = 0;
    #ordinal = 0;
    #handledCount = 0;
    #bytes = 0;

    /** @param append - Appends lines to the journal, all or none. */
    constructor(append: (lines: readonly string[]) => void) {
        this.#append = append;
    }

    /** Restores whole lines of a journal. Returns the number of the first line that is not valid, from 1. */
    restore(chunk: Uint8Array): number | undefined {
        let count = 0;
        for (const line of parseLines(chunk)) {
            count += 1;
            if (line === undefined) return count;
            this.#restoreLine(line);
        }
        return undefined;
    }

    /** Sorts the restored requests. Yields regularly, so that other work of the host can run. */
    *finishRestore(): Generator<void> {
        const restored = sortBy(({ ordinal }) => ordinal, [...this.#entries.values()]);
        for (const [index, entry] of restored.entries()) {
            if (index % RESTORE_BATCH_SIZE === 0) yield;
            this.#arrivals.add(entry);
            this.#ordinal = Math.max(this.#ordinal, entry.ordinal);
            this.#bytes += entry.bytes;
            this.#handledCount += Number(entry.isHandled);
        }
        const unhandled = restored.filter(({ isHandled }) => !isHandled);
        for (const [index, entry] of sortBy(({ position }) => position, unhandled).entries()) {
            if (index % RESTORE_BATCH_SIZE === 0) yield;
            this.#pending.add(entry);
            this.#lowest = Math.min(this.#lowest, entry.position);
            this.#highest = Math.max(this.#highest, entry.position);
        }
    }

    /** Returns the handled requests, then the others in the order in which they would come up if all locks ended now. */
    inOrder(): QueueEntry[] {
        // Locks end in this order. At the front, the request whose lock ends last comes first.
        const locked = [...this.#locked.forward()];
        const inPlace = locked.filter(({ lock }) => lock!.forefront === undefined);
        return [
            ...[...this.all()].filter(({ isHandled }) => isHandled),
            ...locked.filter(({ lock }) => lock!.forefront === true).toReversed(),
            ...[...this.#pending.forward(), ...inPlace].toSorted(comparePositions),
            ...locked.filter(({ lock }) => lock!.forefront === false),
        ];
    }

    /** Returns the current locks. */
    locks(): SavedLock[] {
        return Array.from(this.#locked.forward(), ({ id, lock }) => ({ id, ...lock! }));
    }

    /** Locks requests as they were locked before. */
    restoreLocks(locks: Iterable<SavedLock>): void {
        for (const { id, clientKey, expiresAt, forefront } of locks) {
            const entry = this.#entries.get(id);
            if (entry && !entry.isHandled) this.lock(entry, clientKey, expiresAt, forefront);
        }
    }

    get size(): number {
        return this.#entries.size;
    }

    *lines(): Generator<string, undefined> {
        for (const entry of this.#entries.values()) {
            // The entry may have been removed or replaced since the iteration started.
            if (this.#entries.get(entry.id) === entry) yield serializeEntry(entry);
        }
    }

    get handledCount(): number {
        return this.#handledCount;
    }

    get bytes(): number {
        return this.#bytes;
    }

    get lockedCount(): number {
        return this.#locked.size;
    }

    find(id: string): QueueEntry | undefined {
        return this.#entries.get(id);
    }

    /** Returns the requests that arrived after an ordinal, in that order. The queue must not change during the iteration. */
    all(after = 0): Iterable<QueueEntry> {
        return this.#arrivals.forward(this.#arrivals.findIndex(({ ordinal }) => ordinal > after));
    }

    /** Returns the first requests that are neither handled nor locked. */
    head(count: number): QueueEntry[] {
        return [...this.#pending.forward(0, Math.min(count, this.#pending.size))];
    }

    /** Adds the requests that are not in the queue yet, all or none. */
    addAll(requests: readonly ValidRequest[], forefront: boolean): QueueOperation[] {
        const added = new Map<string, QueueEntry>();
        let pendingCount = 0;
        const operations = requests.map(({ id, isHandled, text, bytes }) => {
            const present = this.#entries.get(id) ?? added.get(id);
            if (present) return { requestId: id, wasAlreadyPresent: true, wasAlreadyHandled: present.isHandled };
            const position = isHandled ? 0 : this.#nextPosition(forefront, pendingCount++);
            const ordinal = this.#ordinal + added.size + 1;
            added.set(id, { id, text, bytes, isHandled, ordinal, position, lock: undefined });
            return { requestId: id, wasAlreadyPresent: false, wasAlreadyHandled: false };
        });
        if (added.size > 0) this.#append(Array.from(added.values(), serializeEntry));
        for (const entry of added.values()) {
            this.#ordinal = entry.ordinal;
            this.#entries.set(entry.id, entry);
            this.#arrivals.add(entry);
            this.#bytes += entry.bytes;
            this.#insert(entry);
        }
        return operations;
    }

    /** Adds a request if it is not in the queue yet. */
    add(request: ValidRequest, forefront: boolean): QueueOperation {
        return this.addAll([request], forefront)[0]!;
    }

    /**
     * Replaces a request, or adds a missing one. An unhandled request goes to the back or the front. If another client has locked it,
     * it goes there when the lock ends.
     */
    update(request: ValidRequest, forefront: boolean, clientKey: string | undefined): QueueOperation {
        const entry = this.#entries.get(request.id);
        if (!entry) return this.add(request, forefront);
        const { id, isHandled: wasAlreadyHandled, lock } = entry;
        const { text, bytes, isHandled } = request;
        const staysLocked = lock !== undefined && lock.clientKey !== clientKey && !isHandled;
        const position = staysLocked || isHandled ? entry.position : this.#nextPosition(forefront);
        this.#append([serializeEntry({ ...entry, text, isHandled, position })]);
        this.#bytes += bytes - entry.bytes;
        if (staysLocked) {
            Object.assign(entry, { text, bytes });
            this.lock(entry, lock.clientKey, lock.expiresAt, forefront);
        } else {
            this.#withdraw(entry);
            Object.assign(entry, { text, bytes, isHandled, position });
            this.#insert(entry);
        }
        return { requestId: id, wasAlreadyPresent: true, wasAlreadyHandled };
    }

    remove(entry: QueueEntry): void {
        this.#append([JSON.stringify([entry.id])]);
        this.#withdraw(entry);
        this.#entries.delete(entry.id);
        this.#arrivals.delete(entry);
        this.#bytes -= entry.bytes;
    }

    /** Locks a pending request, or replaces the lock of a locked one. See {@link RequestLock}. */
    lock(entry: QueueEntry, clientKey: string, expiresAt: number, forefront?: boolean): void {
        (entry.lock ? this.#locked : this.#pending).delete(entry);
        entry.lock = { clientKey, expiresAt, forefront };
        this.#locked.add(entry);
    }

    /** Releases the lock of a request, which goes to the front or the back, or keeps its place if `forefront` is undefined. */
    unlock(entry: QueueEntry, forefront: boolean | undefined): void {
        const position = forefront === undefined ? entry.position : this.#nextPosition(forefront);
        if (position !== entry.position) this.#append([JSON.stringify([entry.id, position])]);
        this.#locked.delete(entry);
        entry.lock = undefined;
        entry.position = position;
        this.#insert(entry);
    }

    /** Releases the locks that have expired, in the order in which they expired. */
    unlockExpired(now: number): void {
        for (let entry = this.#locked.at(0); entry && entry.lock!.expiresAt <= now; entry = this.#locked.at(0)) {
            this.unlock(entry, entry.lock!.forefront);
        }
    }

    /** Releases all locks of a client and returns their number. */
    unlockAll(clientKey: string): number {
        const held = [...this.#locked.forward()].filter(({ lock }) => lock!.clientKey === clientKey);
        for (const entry of held) this.unlock(entry, entry.lock!.forefront);
        return held.length;
    }

    #restoreLine({ id, position, text, bytes, ordinal }: JournalLine): void {
        const entry = this.#entries.get(id);
        if (position === undefined) {
            this.#entries.delete(id);
        } else if (entry !== undefined) {
            if (text !== undefined) Object.assign(entry, { text, bytes });
            entry.isHandled = position === null;
            entry.position = position ?? 0;
        } else if (text !== undefined) {
            this.#entries.set(id, {
                id,
                text,
                bytes,
                isHandled: position === null,
                ordinal,
                position: position ?? 0,
                lock: undefined,
            });
        }
        // In a compacted journal, a line that only moves a request can precede the request itself, and has no effect then.
    }

    /** Returns the next position at an end of the queue, after a number of others. */
    #nextPosition(forefront: boolean, after = 0): number {
        return forefront ? this.#lowest - 1 - after : this.#highest + 1 + after;
    }

    #insert(entry: QueueEntry): void {
        if (entry.isHandled) {
            this.#handledCount += 1;
            return;
        }
        this.#lowest = Math.min(this.#lowest, entry.position);
        this.#highest = Math.max(this.#highest, entry.position);
        this.#pending.add(entry);
    }

    #withdraw(entry: QueueEntry): void {
        if (entry.isHandled) this.#handledCount -= 1;
        else (entry.lock ? this.#locked : this.#pending).delete(entry);
        entry.lock = undefined;
    }
}

function serializeEntry({ id, text, isHandled, position, ordinal }: QueueEntry): string {
    return `["${id}",${isHandled ? 'null' : position},${text},${ordinal}]`;
}

/** Orders requests by their places in the queue. */
function comparePositions(a: QueueEntry, b: QueueEntry): number {
    return a.position - b.position || a.ordinal - b.ordinal;
}

/**
 * Orders requests by the end of their locks. Requests whose locks end at the same time return one after the other and keep their order:
 * at the back the first one returns first, at the front the last one.
 */
function compareLocks(a: QueueEntry, b: QueueEntry): number {
    const [lockA, lockB] = [a.lock!, b.lock!];
    if (lockA.expiresAt !== lockB.expiresAt) return lockA.expiresAt - lockB.expiresAt;
    const [isFrontA, isFrontB] = [lockA.forefront === true, lockB.forefront === true];
    if (isFrontA !== isFrontB) return isFrontA ? -1 : 1;
    return isFrontA ? comparePositions(b, a) : comparePositions(a, b);
}

/** Parses whole lines one after the other. Yields undefined for a line that is not valid. */
function* parseLines(chunk: Uint8Array): Generator<JournalLine | undefined> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    // One character for each byte, which is much faster to scan than the bytes.
    const lines = bytes.toString('latin1');
    for (let from = 0, end; from < lines.length; from = end + 1) {
        end = lines.indexOf('\n', from);
        HEAD.lastIndex = from;
        const match = HEAD.exec(lines);
        if (match === null) {
            yield undefined;
            continue;
        }
        const [head, { length } = '', word] = match;
        // Separate strings, since slices of `lines` would keep all of it in memory.
        const id = bytes.toString('latin1', from + 2, from + 2 + length);
        const position = word === undefined ? undefined : word === 'null' ? null : Number(word);
        if (head.endsWith('\n')) {
            yield { id, position, bytes: 0, ordinal: 0 };
            continue;
        }
        const start = from + head.length;
        const tail = TAIL.exec(lines.slice(Math.max(start, end - 20), end));
        const stop = end - (tail?.[0].length ?? 0) + 1;
        yield tail === null
            ? undefined
            : {
                  id,
                  position,
                  text: bytes.toString('utf8', start, stop),
                  bytes: stop - start,
                  ordinal: Number(tail[1]),
              };
    }
}

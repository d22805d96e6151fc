import type { QueueOperation } from '../../model/api/storage.js';
import { sortBy } from '../../util/collections/sorted-list.js';
import { SortedList } from '../../util/collections/sorted-list.js';
import type { JournalContent } from '../file/journal.js';
import type { ValidRequest } from './validate-request.js';

/*
 * The lines of a queue's journal. Each is a JSON array that starts with the id of a request:
 *
 *     ["id",7,{…},12]      the request is as given, was the 12th to come, and waits in place 7
 *     ["id",null,{…},12]   the request is as given and handled
 *     ["id",7]             the request waits in place 7 now
 *     ["id"]               the request is gone
 *
 * The request itself is put in and taken out as text: reading a journal parses none of them.
 */

const HEAD = /\["([A-Za-z0-9]{1,15})"(?:\]\n|,(-?\d{1,20}|null)(?:\]\n|,(?=\{)))/y;
const TAIL = /\},(\d{1,15})\]$/;

/** A lock on a request. Locks are in memory only: those of a dead process must not outlive it. */
export interface RequestLock {
    readonly clientKey: string;
    /** Milliseconds since the epoch. */
    readonly expiresAt: number;
    /** True if the request returns to the front of the queue when the lock ends. */
    forefront: boolean;
}

/** A lock on a request, apart from it. */
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
    /** When it came into the queue, relative to the others. */
    readonly ordinal: number;
    /** Where it waits: lower places are nearer to the front. Kept while it is locked. */
    position: number;
    lock: RequestLock | undefined;
}

/** What a line says; `place` is null when handled, and absent together with `text` when the request is gone. */
interface JournalLine {
    id: string;
    position?: number | null;
    text?: string;
    bytes: number;
    ordinal: number;
}

/** So many take a millisecond or two. */
const RESTORE_BATCH_SIZE = 8192;

/**
 * The requests of one queue, their order and their locks. Every change is first appended to the journal: when that throws,
 * nothing has changed. Each operation takes the same time however many requests there are.
 */
export class RequestQueueState implements JournalContent {
    readonly #append: (lines: readonly string[]) => void;
    readonly #entries = new Map<string, QueueEntry>();
    /** In the order in which they came. */
    readonly #arrivals = new SortedList<QueueEntry>((a, b) => a.ordinal - b.ordinal);
    /** Those that are neither handled nor locked, the next one first. */
    readonly #pending = new SortedList<QueueEntry>((a, b) => a.position - b.position || a.ordinal - b.ordinal);
    /** By the end of their locks. */
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

    /** Restores what whole lines of a journal say; returns the number of the first line that means nothing, from 1. */
    restore(chunk: Uint8Array): number | undefined {
        let count = 0;
        for (const line of parseLines(chunk)) {
            count += 1;
            if (line === undefined) return count;
            this.#restoreLine(line);
        }
        return undefined;
    }

    /** Puts what has been restored in its order. It rests now and then, so that the host can do something else. */
    *finishRestore(): Generator<void> {
        const restored = sortBy(({ ordinal }) => ordinal, [...this.#entries.values()]);
        for (const [index, entry] of restored.entries()) {
            if (index % RESTORE_BATCH_SIZE === 0) yield;
            this.#arrivals.add(entry);
            this.#ordinal = Math.max(this.#ordinal, entry.ordinal);
            this.#bytes += entry.bytes;
            this.#handledCount += Number(entry.isHandled);
        }
        const waiting = restored.filter(({ isHandled }) => !isHandled);
        for (const [index, entry] of sortBy(({ position: place }) => place, waiting).entries()) {
            if (index % RESTORE_BATCH_SIZE === 0) yield;
            this.#pending.add(entry);
            this.#lowest = Math.min(this.#lowest, entry.position);
            this.#highest = Math.max(this.#highest, entry.position);
        }
    }

    /** Those that are handled, then the others in the order in which they would be handed out if all locks ended now. */
    inOrder(): QueueEntry[] {
        // In the order in which the locks end. At the front, the request whose lock ends last comes first.
        const locked = [...this.#locked.forward()];
        return [
            ...[...this.all()].filter(({ isHandled }) => isHandled),
            ...locked.filter(({ lock }) => lock!.forefront).toReversed(),
            ...this.#pending.forward(),
            ...locked.filter(({ lock }) => !lock!.forefront),
        ];
    }

    /** The locks there are. */
    locks(): SavedLock[] {
        return Array.from(this.#locked.forward(), ({ id, lock }) => ({ id, ...lock! }));
    }

    /** Locks requests as they were locked before they were restored. */
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
            // It may have been removed since the first line.
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

    /** All requests that came after one, in the order in which they came; nothing may be changed meanwhile. */
    all(after = 0): Iterable<QueueEntry> {
        return this.#arrivals.forward(this.#arrivals.findPlace(({ ordinal }) => ordinal > after));
    }

    /** The first requests that are neither handled nor locked. */
    head(count: number): QueueEntry[] {
        return [...this.#pending.forward(0, Math.min(count, this.#pending.size))];
    }

    /** Adds requests, those that are not there already; all or none. */
    addAll(requests: readonly ValidRequest[], forefront: boolean): QueueOperation[] {
        const added = new Map<string, QueueEntry>();
        let waiting = 0;
        const operations = requests.map(({ id, isHandled, text, bytes }) => {
            const present = this.#entries.get(id) ?? added.get(id);
            if (present) return { requestId: id, wasAlreadyPresent: true, wasAlreadyHandled: present.isHandled };
            const place = isHandled ? 0 : this.#nextPosition(forefront, waiting++);
            const ordinal = this.#ordinal + added.size + 1;
            added.set(id, { id, text, bytes, isHandled, ordinal, position: place, lock: undefined });
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

    /** Adds a request, unless it is there already. */
    add(request: ValidRequest, forefront: boolean): QueueOperation {
        return this.addAll([request], forefront)[0]!;
    }

    /**
     * Replaces a request. One that is not handled goes to the back or the front, unless another client has locked it: then
     * it goes there when the lock ends. A request that is not there is added.
     */
    update(request: ValidRequest, forefront: boolean, clientKey: string | undefined): QueueOperation {
        const entry = this.#entries.get(request.id);
        if (!entry) return this.add(request, forefront);
        const { id, isHandled: wasAlreadyHandled, lock } = entry;
        const { text, bytes, isHandled } = request;
        const staysLocked = lock !== undefined && lock.clientKey !== clientKey && !isHandled;
        const place = staysLocked || isHandled ? entry.position : this.#nextPosition(forefront);
        this.#append([serializeEntry({ ...entry, text, isHandled, position: place })]);
        this.#bytes += bytes - entry.bytes;
        if (staysLocked) {
            Object.assign(entry, { text, bytes });
            this.lock(entry, lock.clientKey, lock.expiresAt, forefront);
        } else {
            this.#withdraw(entry);
            Object.assign(entry, { text, bytes, isHandled, position: place });
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

    /** Locks a request that waits, or gives the lock of a locked one another end. */
    lock(entry: QueueEntry, clientKey: string, expiresAt: number, forefront: boolean): void {
        (entry.lock ? this.#locked : this.#pending).delete(entry);
        entry.lock = { clientKey, expiresAt, forefront };
        this.#locked.add(entry);
    }

    /** Ends the lock of a request, which goes to the back or the front. */
    unlock(entry: QueueEntry, forefront: boolean): void {
        const place = this.#nextPosition(forefront);
        this.#append([JSON.stringify([entry.id, place])]);
        this.#locked.delete(entry);
        entry.lock = undefined;
        entry.position = place;
        this.#insert(entry);
    }

    /** Ends the locks whose time is over; their requests return as if someone had unlocked them then. */
    unlockExpired(now: number): void {
        for (let entry = this.#locked.at(0); entry && entry.lock!.expiresAt <= now; entry = this.#locked.at(0)) {
            this.unlock(entry, entry.lock!.forefront);
        }
    }

    /** Ends all locks of a client; returns how many there were. */
    unlockAll(clientKey: string): number {
        const held = [...this.#locked.forward()].filter(({ lock }) => lock!.clientKey === clientKey);
        for (const entry of held) this.unlock(entry, entry.lock!.forefront);
        return held.length;
    }

    #restoreLine({ id, position: place, text, bytes, ordinal }: JournalLine): void {
        const entry = this.#entries.get(id);
        if (place === undefined) {
            this.#entries.delete(id);
        } else if (entry !== undefined) {
            if (text !== undefined) Object.assign(entry, { text, bytes });
            entry.isHandled = place === null;
            entry.position = place ?? 0;
        } else if (text !== undefined) {
            this.#entries.set(id, {
                id,
                text,
                bytes,
                isHandled: place === null,
                ordinal,
                position: place ?? 0,
                lock: undefined,
            });
        }
        // A line that only moves a request means nothing where the request itself comes after it, in a compacted journal.
    }

    /** The place of the next one at an end, or of one that comes after so many others. */
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

function serializeEntry({ id, text, isHandled, position: place, ordinal }: QueueEntry): string {
    return `["${id}",${isHandled ? 'null' : place},${text},${ordinal}]`;
}

/**
 * By end of lock. Those that end at once return one after the other and keep their order: at the back the first comes
 * first, at the front the last.
 */
function compareLocks(a: QueueEntry, b: QueueEntry): number {
    const [lockA, lockB] = [a.lock!, b.lock!];
    if (lockA.expiresAt !== lockB.expiresAt) return lockA.expiresAt - lockB.expiresAt;
    if (lockA.forefront !== lockB.forefront) return lockA.forefront ? -1 : 1;
    return (lockA.forefront ? b.position - a.position : a.position - b.position) || a.ordinal - b.ordinal;
}

/** Reads whole lines, one after the other; undefined stands for what is not a line of a queue. */
function* parseLines(chunk: Uint8Array): Generator<JournalLine | undefined> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    // A character for each byte: far quicker to go through than the bytes themselves.
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
        // Texts of their own: pieces of the long one would keep all of it.
        const id = bytes.toString('latin1', from + 2, from + 2 + length);
        const place = word === undefined ? undefined : word === 'null' ? null : Number(word);
        if (head.endsWith('\n')) {
            yield { id, position: place, bytes: 0, ordinal: 0 };
            continue;
        }
        const start = from + head.length;
        const tail = TAIL.exec(lines.slice(Math.max(start, end - 20), end));
        const stop = end - (tail?.[0].length ?? 0) + 1;
        yield tail === null
            ? undefined
            : {
                  id,
                  position: place,
                  text: bytes.toString('utf8', start, stop),
                  bytes: stop - start,
                  ordinal: Number(tail[1]),
              };
    }
}

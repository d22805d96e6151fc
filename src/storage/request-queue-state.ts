import type { QueueOperation } from '../model/storage.js';
import type { CheckedRequest } from './request-check.js';
import { type JournalLine, moveLine, removalLine, requestLine } from './request-journal.js';
import { RequestLine } from './request-line.js';
import { type RequestLock, RequestQueueLocks } from './request-queue-locks.js';

/** A request of a queue, as it is kept in memory. */
export interface QueueEntry {
    readonly id: string;
    /** The request as JSON. */
    text: string;
    isHandled: boolean;
    /** When it came into the queue, relative to the others. */
    readonly ordinal: number;
    place: number;
    previous: QueueEntry | undefined;
    next: QueueEntry | undefined;
    /** A locked request stands outside the line until the lock ends. */
    lock: RequestLock | undefined;
}

/** A lock on a request, apart from it. */
export interface SavedLock extends Pick<RequestLock, 'clientKey' | 'expiresAt' | 'forefront'> {
    /** Id of the request. */
    readonly id: string;
}

/**
 * The requests of one queue, their order and their locks. Every change is first handed to `write` as a line of the journal:
 * when that throws, nothing has changed. Each operation takes the same time however many requests there are.
 */
export class RequestQueueState {
    readonly #write: (line: string) => void;
    readonly #entries = new Map<string, QueueEntry>();
    readonly #line = new RequestLine<QueueEntry>();
    readonly #locks = new RequestQueueLocks<QueueEntry>();
    #ordinal = 0;
    #handledCount = 0;
    #bytes = 0;

    constructor(write: (line: string) => void) {
        this.#write = write;
    }

    /** Fills an empty state with what a journal says. */
    restore(lines: Iterable<JournalLine>): void {
        for (const { id, place, text } of lines) {
            const entry = this.#entries.get(id);
            if (entry) this.#handledCount -= Number(entry.isHandled);
            if (place === undefined) this.#entries.delete(id);
            const newText = text ?? entry?.text;
            if (place === undefined || newText === undefined) continue;
            const restored = entry ?? this.#newEntry(id, newText);
            restored.text = newText;
            restored.isHandled = place === null;
            restored.place = place ?? 0;
            this.#handledCount += Number(restored.isHandled);
            this.#entries.set(id, restored);
        }
        for (const { text } of this.#entries.values()) this.#bytes += Buffer.byteLength(text);
        this.#line.fill([...this.#entries.values()].filter(({ isHandled }) => !isHandled));
    }

    /** Those that are handled, then the others in the order in which they would be handed out if all locks ended now. */
    inOrder(): QueueEntry[] {
        const all = [...this.#entries.values()];
        const locked = all.filter(({ lock }) => lock !== undefined).toSorted((a, b) => a.place - b.place);
        // Whose lock ends last comes last, and at the front that is before all others.
        const byEnd = locked.toSorted((a, b) => a.lock!.expiresAt - b.lock!.expiresAt);
        const byEndBackwards = locked.toSorted((a, b) => b.lock!.expiresAt - a.lock!.expiresAt);
        return [
            ...all.filter(({ isHandled }) => isHandled),
            ...byEndBackwards.filter(({ lock }) => lock!.forefront),
            ...this.head(all.length),
            ...byEnd.filter(({ lock }) => !lock!.forefront),
        ];
    }

    /** The locks there are. */
    locks(): SavedLock[] {
        return Array.from(this.#locks.all(), ({ id, lock }) => {
            const { clientKey, expiresAt, forefront } = lock!;
            return { id, clientKey, expiresAt, forefront };
        });
    }

    /** Locks requests as they were locked before they were restored. */
    lockAgain(locks: Iterable<SavedLock>): void {
        for (const { id, clientKey, expiresAt, forefront } of locks) {
            const entry = this.#entries.get(id);
            if (entry && !entry.isHandled) this.lock(entry, clientKey, expiresAt, forefront);
        }
    }

    get size(): number {
        return this.#entries.size;
    }

    get handledCount(): number {
        return this.#handledCount;
    }

    get bytes(): number {
        return this.#bytes;
    }

    get lockedCount(): number {
        return this.#locks.size;
    }

    find(id: string): QueueEntry | undefined {
        return this.#entries.get(id);
    }

    /** All requests, in the order in which they came. */
    all(): IterableIterator<QueueEntry> {
        return this.#entries.values();
    }

    /** The first requests of the line: those that are neither handled nor locked. */
    head(count: number): QueueEntry[] {
        return this.#line.first(count);
    }

    /** Adds a request, unless it is there already. */
    add(request: CheckedRequest, forefront: boolean): QueueOperation {
        const present = this.#entries.get(request.id);
        if (present) return { requestId: present.id, wasAlreadyPresent: true, wasAlreadyHandled: present.isHandled };
        this.#write(requestLine(request.id, this.#placeFor(request, forefront), request.text));
        const entry = this.#newEntry(request.id, request.text);
        this.#entries.set(entry.id, entry);
        this.#bytes += request.bytes;
        this.#settle(entry, request.isHandled, forefront);
        return { requestId: entry.id, wasAlreadyPresent: false, wasAlreadyHandled: false };
    }

    /**
     * Replaces a request. One that is not handled goes to the back or the front, unless another client has locked it: then
     * it goes there when the lock ends. A request that is not there is added.
     */
    update(request: CheckedRequest, forefront: boolean, clientKey: string | undefined): QueueOperation {
        const entry = this.#entries.get(request.id);
        if (!entry) return this.add(request, forefront);
        const wasAlreadyHandled = entry.isHandled;
        const staysLocked = entry.lock !== undefined && entry.lock.clientKey !== clientKey && !request.isHandled;
        const place = staysLocked ? entry.place : this.#placeFor(request, forefront);
        this.#write(requestLine(entry.id, place, request.text));
        this.#bytes += request.bytes - Buffer.byteLength(entry.text);
        entry.text = request.text;
        if (staysLocked && entry.lock) {
            entry.lock.forefront = forefront;
            this.lock(entry, entry.lock.clientKey, entry.lock.expiresAt, forefront);
        } else {
            this.#unsettle(entry);
            this.#settle(entry, request.isHandled, forefront);
        }
        return { requestId: entry.id, wasAlreadyPresent: true, wasAlreadyHandled };
    }

    remove(entry: QueueEntry): void {
        this.#write(removalLine(entry.id));
        this.#unsettle(entry);
        this.#entries.delete(entry.id);
        this.#bytes -= Buffer.byteLength(entry.text);
    }

    /** Locks a request that waits, or gives the lock of a locked one another end. */
    lock(entry: QueueEntry, clientKey: string, expiresAt: number, forefront: boolean): void {
        if (entry.lock) this.#locks.unlock(entry);
        else this.#line.leave(entry);
        this.#locks.lock(entry, clientKey, expiresAt, forefront);
    }

    /** Ends the lock of a request, which goes to the back or the front. */
    unlock(entry: QueueEntry, forefront: boolean): void {
        this.#write(moveLine(entry.id, this.#line.nextPlace(forefront)));
        this.#locks.unlock(entry);
        this.#line.join(entry, forefront);
    }

    /** Ends the locks whose time is over; their requests return as if someone had unlocked them then. */
    unlockEnded(now: number): void {
        for (let entry = this.#locks.firstEnded(now); entry; entry = this.#locks.firstEnded(now)) {
            this.unlock(entry, entry.lock?.forefront ?? false);
        }
    }

    /** Ends all locks of a client; says how many. */
    unlockAll(clientKey: string): number {
        const held = this.#locks.heldBy(clientKey);
        for (const entry of held) this.unlock(entry, entry.lock?.forefront ?? false);
        return held.length;
    }

    /** The shortest journal that says the same. */
    lines(): string[] {
        return Array.from(this.#entries.values(), ({ id, isHandled, place, text }) =>
            requestLine(id, isHandled ? null : place, text),
        );
    }

    #newEntry(id: string, text: string): QueueEntry {
        const ordinal = ++this.#ordinal;
        return { id, text, isHandled: false, ordinal, place: 0, previous: undefined, next: undefined, lock: undefined };
    }

    #placeFor({ isHandled }: CheckedRequest, forefront: boolean): number | null {
        return isHandled ? null : this.#line.nextPlace(forefront);
    }

    #settle(entry: QueueEntry, isHandled: boolean, forefront: boolean): void {
        entry.isHandled = isHandled;
        if (isHandled) this.#handledCount += 1;
        else this.#line.join(entry, forefront);
    }

    #unsettle(entry: QueueEntry): void {
        if (entry.isHandled) this.#handledCount -= 1;
        else if (entry.lock) this.#locks.unlock(entry);
        else this.#line.leave(entry);
    }
}

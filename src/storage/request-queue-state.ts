import type { QueueOperation } from '../model/storage.js';
import { inOrderOf } from '../util/in-order-of.js';
import { OrderedList } from '../util/ordered-list.js';
import type { Journal, JournalPlace, JournalStretch } from './backend.js';
import type { CheckedRequest } from './request-check.js';
import { type JournalLine, moveLine, offsetOfText, readLines, removalLine, requestLine } from './request-journal.js';
import { RequestLine } from './request-line.js';
import { type RequestLock, RequestQueueLocks } from './request-queue-locks.js';

/** A request of a queue, as it is kept in memory; its place is where it stands in the journal, as JSON. */
export interface QueueEntry extends JournalPlace {
    readonly id: string;
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

/** So many take a millisecond or two. */
const RESTORED_AT_ONCE = 8192;

/** What a queue needs of its journal. */
export type StateJournal = Pick<Journal, 'append' | 'texts'>;

/**
 * The requests of one queue, their order and their locks. The requests themselves stay in the journal. Every change is first
 * written there: when that throws, nothing has changed. Each operation takes the same time however many requests there are.
 */
export class RequestQueueState {
    readonly #journal: StateJournal;
    readonly #entries = new Map<string, QueueEntry>();
    /** In the order in which they came. */
    readonly #arrivals = new OrderedList<QueueEntry>((a, b) => a.ordinal - b.ordinal);
    readonly #line = new RequestLine<QueueEntry>();
    readonly #locks = new RequestQueueLocks<QueueEntry>();
    /** What has not been put in its order yet. */
    #restored: QueueEntry[] = [];
    #ordinal = 0;
    #handledCount = 0;
    #bytes = 0;

    constructor(journal: StateJournal) {
        this.#journal = journal;
    }

    /** Takes in what a line of the journal says; after the last one, {@link RequestQueueState.settleRestored} is due. */
    restore({ id, place, text, ordinal }: JournalLine): void {
        const entry = this.#entries.get(id);
        if (place === undefined && entry !== undefined) this.#entries.delete(id);
        // A line that only moves a request says nothing where the request itself comes after it.
        if (place === undefined || (entry ?? text) === undefined) return;
        const restored = entry ?? this.#newEntry(id, ordinal ?? this.#ordinal + 1);
        if (text !== undefined) {
            restored.position = text.position;
            restored.length = text.length;
        }
        restored.isHandled = place === null;
        restored.place = place ?? 0;
        if (entry !== undefined) return;
        this.#entries.set(id, restored);
        this.#restored.push(restored);
    }

    /** Puts what has been restored in its order. It rests now and then, so that the host can do something else. */
    *settleRestored(): Generator<void> {
        const restored = inOrderOf(({ ordinal }) => ordinal, this.#restored);
        this.#restored = [];
        for (const [index, entry] of restored.entries()) {
            if (index % RESTORED_AT_ONCE === 0) yield;
            if (this.#entries.get(entry.id) !== entry) continue;
            this.#arrivals.add(entry);
            this.#bytes += entry.length;
            this.#handledCount += Number(entry.isHandled);
            if (!entry.isHandled) this.#restored.push(entry);
        }
        for (const [index, entry] of inOrderOf(({ place }) => place, this.#restored).entries()) {
            if (index % RESTORED_AT_ONCE === 0) yield;
            this.#line.joinAgain(entry);
        }
        this.#restored = [];
    }

    /** Those that are handled, then the others in the order in which they would be handed out if all locks ended now. */
    inOrder(): QueueEntry[] {
        const all = [...this.all()];
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

    /** The request, as JSON. */
    textOf(entry: QueueEntry): string {
        return this.#journal.texts([entry])[0]!;
    }

    /** Several requests, as JSON. */
    textsOf(entries: readonly QueueEntry[]): string[] {
        return this.#journal.texts(entries);
    }

    /** All requests that came after one, in the order in which they came; nothing may be changed meanwhile. */
    all(after = 0): Iterable<QueueEntry> {
        return this.#arrivals.forward(this.#arrivals.findPlace(({ ordinal }) => ordinal > after));
    }

    /** The first requests of the line: those that are neither handled nor locked. */
    head(count: number): QueueEntry[] {
        return this.#line.first(count);
    }

    /** Adds requests, those that are not there already; all or none. */
    addAll(requests: readonly CheckedRequest[], forefront: boolean): QueueOperation[] {
        const added = new Map<string, QueueEntry>();
        const lines: string[] = [];
        let waiting = 0;
        const operations = requests.map(({ id, isHandled, text, bytes }) => {
            const present = this.#entries.get(id) ?? added.get(id);
            if (present) return { requestId: id, wasAlreadyPresent: true, wasAlreadyHandled: present.isHandled };
            const entry = this.#newEntry(id, this.#ordinal + 1);
            entry.length = bytes;
            entry.isHandled = isHandled;
            if (!isHandled) entry.place = this.#line.nextPlace(forefront, waiting++);
            lines.push(requestLine(id, placeOf(entry), text, entry.ordinal));
            added.set(id, entry);
            return { requestId: id, wasAlreadyPresent: false, wasAlreadyHandled: false };
        });
        if (added.size > 0) this.#append(lines, [...added.values()]);
        for (const entry of added.values()) {
            this.#entries.set(entry.id, entry);
            this.#arrivals.add(entry);
            this.#bytes += entry.length;
            this.#settle(entry, entry.isHandled, forefront);
        }
        return operations;
    }

    /** Adds a request, unless it is there already. */
    add(request: CheckedRequest, forefront: boolean): QueueOperation {
        return this.addAll([request], forefront)[0]!;
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
        const position = this.#journal.append([requestLine(entry.id, place, request.text, entry.ordinal)]);
        this.#bytes += request.bytes - entry.length;
        entry.position = position + offsetOfText(entry.id, place);
        entry.length = request.bytes;
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
        this.#journal.append([removalLine(entry.id)]);
        this.#unsettle(entry);
        this.#entries.delete(entry.id);
        this.#arrivals.delete(entry);
        this.#bytes -= entry.length;
    }

    /** Locks a request that waits, or gives the lock of a locked one another end. */
    lock(entry: QueueEntry, clientKey: string, expiresAt: number, forefront: boolean): void {
        if (entry.lock) this.#locks.unlock(entry);
        else this.#line.leave(entry);
        this.#locks.lock(entry, clientKey, expiresAt, forefront);
    }

    /** Ends the lock of a request, which goes to the back or the front. */
    unlock(entry: QueueEntry, forefront: boolean): void {
        this.#journal.append([moveLine(entry.id, this.#line.nextPlace(forefront))]);
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

    /** Writes what is still true of old lines of the journal anew, as its newest ones. */
    renew(stretch: JournalStretch): void {
        const renewed: QueueEntry[] = [];
        const lines: string[] = [];
        for (const line of readLines(stretch)) {
            const entry = line && this.#entries.get(line.id);
            if (entry === undefined || line?.text?.position !== entry.position) continue;
            const start = entry.position - stretch.position;
            const text = stretch.bytes.toString('utf8', start, start + entry.length);
            lines.push(requestLine(entry.id, placeOf(entry), text, entry.ordinal));
            renewed.push(entry);
        }
        if (lines.length > 0) this.#append(lines, renewed);
    }

    /** Writes the lines of requests, and notes where these stand. */
    #append(lines: readonly string[], entries: readonly QueueEntry[]): void {
        let position = this.#journal.append(lines);
        for (const entry of entries) {
            const offset = offsetOfText(entry.id, placeOf(entry));
            entry.position = position + offset;
            position += offset + entry.length + String(entry.ordinal).length + 3;
        }
    }

    #newEntry(id: string, ordinal: number): QueueEntry {
        this.#ordinal = Math.max(this.#ordinal, ordinal);
        return {
            id,
            position: 0,
            length: 0,
            isHandled: false,
            ordinal,
            place: 0,
            previous: undefined,
            next: undefined,
            lock: undefined,
        };
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

/** The place as the journal has it. */
function placeOf({ isHandled, place }: QueueEntry): number | null {
    return isHandled ? null : place;
}

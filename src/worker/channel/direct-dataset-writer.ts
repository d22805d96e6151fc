import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers';
import { EngineError } from '../../errors/engine-error.js';
import { COMMITTED_WORD, GrantState, STATE_WORD, type DirectWriteGrant } from '../../protocol/direct-write.js';
import type { HostConnection } from './host-connection.js';

/** A destination for lines. */
interface WriteTarget {
    /** Returns false if the line does not fit or the grant has ended. */
    write(line: string): boolean;
    /** Releases the resources of the target; it accepts no more lines. */
    close(): void;
}

/**
 * Number of pushes that go to the host before a grant is requested: a grant costs as much as a few requests, and many
 * Actors push no more than that.
 */
const PUSHES_BEFORE_GRANT = 4;
/** Larger pushes go to the host, which checks their size against the limit. */
const MAX_CHARACTERS = 3_000_000;
/**
 * Bytes written to a file after which the host is notified, so that it does not have to ingest everything at once
 * later.
 */
const REPORT_BYTES = 2 ** 20;
/** Maximum number of UTF-8 bytes per character of a JavaScript string. */
const BYTES_PER_CHARACTER = 3;
/** Interval of the checks that the file still exists, which cost a third of a write. */
const CHECK_MILLIS = 0.1;
/** An Actor that only pushes must still receive the message that it must stop. */
const YIELD_MILLIS = 5;

/** Appends items to one dataset without a request to the host for each push; see {@link DirectWriteGrant}. */
export class DirectDatasetWriter {
    readonly #connection: Pick<HostConnection, 'requestWriteGrant' | 'reportAppended'>;
    readonly #datasetId: string;
    readonly #pushesBeforeGrant: number;
    #target: WriteTarget | undefined;
    /** Earlier pushes, while one of them waits for a grant: items keep their order. */
    #queue: Promise<void> | undefined;
    /** Pushes that were sent to the host and have no response yet. */
    readonly #hostPushes = new Set<Promise<void>>();
    #isDenied = false;
    #isClosed = false;
    #pushes = 0;
    #yieldedAt = performance.now();

    /** @param pushesBeforeGrant - Number of pushes that go to the host before a grant is requested. */
    constructor(
        connection: Pick<HostConnection, 'requestWriteGrant' | 'reportAppended'>,
        datasetId: string,
        pushesBeforeGrant: number = PUSHES_BEFORE_GRANT,
    ) {
        this.#connection = connection;
        this.#pushesBeforeGrant = pushesBeforeGrant;
        this.#datasetId = datasetId;
    }

    /**
     * Appends items, given as JSON texts, after those pushed before. Appends all of them or none.
     *
     * @param pushToHost - Sends the items to the host, for pushes that cannot be written directly.
     */
    async push(texts: readonly string[], pushToHost: () => Promise<void>): Promise<void> {
        const goesToHost = this.#isDenied || ++this.#pushes <= this.#pushesBeforeGrant;
        const lines = goesToHost ? '' : texts.join('\n');
        // The host validates an empty push too.
        if (lines.length === 0 || lines.length > MAX_CHARACTERS)
            return this.#queue === undefined
                ? this.#pushToHost(pushToHost)
                : this.#enqueue(() => this.#pushToHost(pushToHost));
        const isFirst = this.#queue === undefined && this.#hostPushes.size === 0;
        if (!isFirst || this.#target?.write(lines) !== true) return this.#enqueue(() => this.#write(lines, pushToHost));
        if (performance.now() - this.#yieldedAt > YIELD_MILLIS) await this.#yield();
    }

    async #enqueue(push: () => Promise<void>): Promise<void> {
        // An earlier push that failed has rejected for its own caller.
        const turn = Promise.resolve(this.#queue?.catch(() => {})).then(push);
        this.#queue = turn;
        try {
            await turn;
        } finally {
            // Others may have been enqueued in the meantime; only the last one reopens the direct path.
            if (this.#queue === turn) this.#queue = undefined;
        }
    }

    /** Closes the target: the thread may execute other runs, each with a writer of its own. */
    close(): void {
        this.#target?.close();
        this.#target = undefined;
        this.#isClosed = true;
    }

    async #pushToHost(pushToHost: () => Promise<void>): Promise<void> {
        const push = pushToHost();
        this.#hostPushes.add(push);
        try {
            await push;
        } finally {
            this.#hostPushes.delete(push);
        }
    }

    async #write(lines: string, pushToHost: () => Promise<void>): Promise<void> {
        // Items that the host has not appended yet would end up after the items written here.
        while (this.#hostPushes.size > 0) await Promise.allSettled(this.#hostPushes);
        if (this.#target?.write(lines) === true) return;
        const grant = this.#isDenied
            ? undefined
            : await this.#connection.requestWriteGrant(this.#datasetId, byteLengthOf(lines));
        if (this.#isClosed) return this.#pushToHost(pushToHost);
        this.#isDenied = grant === undefined;
        this.#target?.close();
        this.#target = grant && this.#openTarget(grant);
        if (this.#target?.write(lines) !== true) await this.#pushToHost(pushToHost);
    }

    /**
     * Opens the target of a grant. If the file cannot be opened here, for example because too many are open, items go
     * to the host.
     */
    #openTarget(grant: DirectWriteGrant): WriteTarget | undefined {
        try {
            if (grant.type === 'memory') return createMemoryTarget(grant);
            return openFileTarget(grant, () => this.#connection.reportAppended(this.#datasetId));
        } catch {
            this.#isDenied = true;
            return undefined;
        }
    }

    async #yield(): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve));
        this.#yieldedAt = performance.now();
    }
}

/** Bytes of a line and its line break. */
function byteLengthOf(line: string): number {
    return Buffer.byteLength(line) + 1;
}

function createMemoryTarget({ lines, control }: Extract<DirectWriteGrant, { type: 'memory' }>): WriteTarget {
    const bytes = Buffer.from(lines);
    const words = new Int32Array(control);
    let used = 0;
    return {
        write(line) {
            if (Atomics.load(words, STATE_WORD) === GrantState.ended) return false;
            const room = bytes.length - used;
            if (line.length * BYTES_PER_CHARACTER + 1 > room && byteLengthOf(line) > room) return false;
            used += bytes.write(line, used);
            bytes[used++] = 0x0a;
            // The host may read the line only now: a thread that is killed earlier leaves no partial line.
            Atomics.store(words, COMMITTED_WORD, used);
            return true;
        },
        close() {},
    };
}

function openFileTarget(
    { path, control }: Extract<DirectWriteGrant, { type: 'file' }>,
    reportAppended: () => void,
): WriteTarget {
    const words = new Int32Array(control);
    const { free, writing, ended } = GrantState;
    const descriptor = openSync(path, 'a');
    let unreportedBytes = 0;
    let checkedAt = Number.NEGATIVE_INFINITY;
    return {
        write(line) {
            for (;;) {
                const state = Atomics.compareExchange(words, STATE_WORD, free, writing);
                if (state === ended) return false;
                if (state === free) break;
                Atomics.wait(words, STATE_WORD, writing);
            }
            try {
                unreportedBytes += appendLine(descriptor, path, line);
            } finally {
                Atomics.store(words, STATE_WORD, free);
                Atomics.notify(words, STATE_WORD);
            }
            const now = performance.now();
            if (now - checkedAt > CHECK_MILLIS) {
                assertNotRemoved(descriptor, path);
                checkedAt = now;
            }
            if (unreportedBytes >= REPORT_BYTES) {
                unreportedBytes = 0;
                reportAppended();
            }
            return true;
        },
        close: () => closeSync(descriptor),
    };
}

function appendLine(descriptor: number, path: string, line: string): number {
    const bytes = Buffer.from(`${line}\n`);
    let done = 0;
    try {
        while (done < bytes.length) done += writeSync(descriptor, bytes, done);
        return done;
    } catch (cause) {
        // No one else writes at the same time, so the written part of this line is the end of the file.
        if (done > 0) ftruncateSync(descriptor, fstatSync(descriptor).size - done);
        const message = `Writing an item to \`${path}\` failed: ${(cause as Error).message}. Free disk space and push it again.`;
        throw new EngineError('storage-failed', message, { details: { path }, cause });
    }
}

/** Throws if the file was removed. Some file systems count no links. */
function assertNotRemoved(descriptor: number, path: string): void {
    if (fstatSync(descriptor).nlink > 0 || existsSync(path)) return;
    const message = `Writing an item to \`${path}\` failed: another program has removed the file or its directory.`;
    throw new EngineError('storage-failed', message, { details: { path } });
}

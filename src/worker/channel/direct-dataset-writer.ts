import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers';
import { EngineError } from '../../errors/engine-error.js';
import { COMMITTED_WORD, GrantState, STATE_WORD, type DirectWriteGrant } from '../../protocol/direct-write.js';
import type { HostConnection } from './host-connection.js';

/** A place for lines. Says false where the line does not fit, or the lease has ended. */
interface WriteTarget {
    write(line: string): boolean;
    /** Gives up what it holds; it takes nothing more. */
    close(): void;
}

/** A lease costs as much as a few questions; many Actors push no more than that. */
const PUSHES_BEFORE_GRANT = 4;
/** Larger pushes go to the host, which checks sizes: they may be more bytes than a push may have. */
const MAX_CHARACTERS = 3_000_000;
/** So much is written to a file until the host is told, which would have to take in all of it at once later. */
const REPORT_BYTES = 2 ** 20;
/** UTF-8 takes at most so many bytes for each character of a JavaScript string. */
const BYTES_PER_CHARACTER = 3;
/** An Actor that does nothing but push must still hear that it is to stop. */
const YIELD_MILLIS = 5;

/** Appends the items of one dataset without asking the host for each; see {@link DirectWriteGrant}. */
export class DirectDatasetWriter {
    readonly #connection: Pick<HostConnection, 'requestWriteGrant' | 'reportAppended'>;
    readonly #datasetId: string;
    readonly #pushesBeforeGrant: number;
    #target: WriteTarget | undefined;
    /** The pushes before this one, while some wait for a lease: items keep their order. */
    #queue: Promise<void> | undefined;
    /** The pushes that the host has been asked for and has not answered yet. */
    readonly #hostPushes = new Set<Promise<void>>();
    #isDenied = false;
    #isClosed = false;
    #pushes = 0;
    #yieldedAt = performance.now();

    /** @param pushesByAsking - How many pushes go to the host before it is asked for a lease. */
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
     * Appends items given as JSON texts, all or none, after those that were pushed before.
     *
     * @param ask - Has the host do it, for pushes that it has to be asked for.
     */
    async push(texts: readonly string[], pushToHost: () => Promise<void>): Promise<void> {
        const goesToHost = this.#isDenied || ++this.#pushes <= this.#pushesBeforeGrant;
        const lines = goesToHost ? '' : texts.join('\n');
        // Nothing at all is for the host to say something about, too.
        if (lines.length === 0 || lines.length > MAX_CHARACTERS)
            return this.#queue === undefined
                ? this.#pushToHost(pushToHost)
                : this.#enqueue(() => this.#pushToHost(pushToHost));
        const isFirst = this.#queue === undefined && this.#hostPushes.size === 0;
        if (!isFirst || this.#target?.write(lines) !== true) return this.#enqueue(() => this.#write(lines, pushToHost));
        if (performance.now() - this.#yieldedAt > YIELD_MILLIS) await this.#yield();
    }

    async #enqueue(push: () => Promise<void>): Promise<void> {
        // One before it that failed has told its own caller.
        const turn = Promise.resolve(this.#queue?.catch(() => {})).then(push);
        this.#queue = turn;
        try {
            await turn;
        } finally {
            // Others may have lined up behind it meanwhile; only the last one opens the short way again.
            if (this.#queue === turn) this.#queue = undefined;
        }
    }

    /** Gives up the place that was lent: the thread may go on to other runs, each with a place of its own. */
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
        // What the host has not appended yet would come after what is written here.
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

    /** Where the file cannot be opened from here, as when too many are open, the host is asked instead. */
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

/** Of a line with its break. */
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
            // Only now the host may read it: a thread that is killed in the middle leaves no half a line.
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
        // Nobody else writes meanwhile, so what has come of this line is at the very end.
        if (done > 0) ftruncateSync(descriptor, fstatSync(descriptor).size - done);
        const message = `The disk did not take an item for \`${path}\`: ${(cause as Error).message}. Make room, and push it again.`;
        throw new EngineError('storage-failed', message, { details: { path }, cause });
    }
}

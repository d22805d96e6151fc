import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSystemContext } from './file-system-context.js';
import { wrapFsError } from './fs-error.js';
import { JsonlFile } from './jsonl-file.js';
import { syncDirectory } from './atomic-file.js';

/** The location of a journal: `NAME.jsonl` in a directory. */
export interface JournalLocation {
    directory: string;
    name: string;
}

/** The state that a journal records, for its compaction. */
export interface JournalContent {
    /** Number of lines that record the state. */
    readonly size: number;
    /** Yields the lines that record the state. The state may change during the iteration. */
    lines(): Iterator<string, undefined>;
}

/** Minimum number of dead lines before a journal is compacted. */
const MIN_DEAD_LINES = 1000;
/** Number of bytes to compact for each appended byte, so that no caller waits for a full compaction. */
const COPIED_PER_APPENDED_BYTE = 4;
/** Number of appended bytes after which a compaction continues. */
const STEP_BYTES = 16 * 1024;

/**
 * An append-only file of JSON lines, in which the last line for a key is the valid one. Once more than half of the lines are dead, the
 * journal is compacted step by step: new lines go to `NAME.next.jsonl`, and with them some of the live lines are copied there. When
 * all live lines are copied, that file replaces the first one. Until then, both files are read, one after the other.
 */
export class Journal {
    readonly #location: JournalLocation;
    readonly #disk: FileSystemContext;
    readonly #content: JournalContent;
    readonly #file: JsonlFile;
    #next: JsonlFile | undefined;
    #lines = 0;
    #compaction: Iterator<string, undefined> | undefined;
    #appended = 0;

    constructor(location: JournalLocation, disk: FileSystemContext, content: JournalContent) {
        this.#location = location;
        this.#disk = disk;
        this.#content = content;
        this.#file = this.#createFile('');
    }

    get path(): string {
        return this.#file.path;
    }

    /** True if the journal ended in the middle of a line when it was opened, and was truncated. */
    get wasTruncated(): boolean {
        return this.#file.wasTruncated || this.#next?.wasTruncated === true;
    }

    get isEmpty(): boolean {
        return this.#file.size === 0;
    }

    /** Opens the journal and yields its lines in chunks of whole lines, oldest first. Must be called once, before anything else. */
    *load(): Generator<Buffer> {
        this.#file.open();
        yield* this.#readAndCount(this.#file);
        const next = this.#createFile('.next');
        if (!existsSync(next.path)) return;
        next.open();
        this.#next = next;
        yield* this.#readAndCount(next);
    }

    /** Appends lines, all or none. */
    append(lines: readonly string[]): void {
        // Before the new lines, while the content matches the journal.
        if (this.#appended >= STEP_BYTES) this.#compact();
        const file = this.#next ?? this.#file;
        const sizeBefore = file.size;
        file.append(lines);
        this.#lines += lines.length;
        this.#appended += file.size - sizeBefore;
    }

    close(): void {
        this.#file.close();
        this.#next?.close();
    }

    *#readAndCount(file: JsonlFile): Generator<Buffer> {
        for (const chunk of file.chunks()) {
            for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) this.#lines += 1;
            yield chunk;
        }
    }

    /** Runs a step of a compaction. A failed step does no harm: the old lines still exist, and a later step starts again. */
    #compact(): void {
        const bytes = this.#appended * COPIED_PER_APPENDED_BYTE;
        this.#appended = 0;
        const isWorthwhile = this.#next !== undefined || this.#lines > 2 * this.#content.size + MIN_DEAD_LINES;
        if (this.#compaction === undefined && !isWorthwhile) return;
        try {
            if (this.#next === undefined) {
                const next = this.#createFile('.next');
                next.open();
                this.#next = next;
            }
            if (this.#compaction === undefined) {
                this.#lines = 0;
                this.#compaction = this.#content.lines();
            }
            if (this.#copy(this.#next, this.#compaction, bytes)) this.#swap(this.#next);
        } catch {
            // A lasting problem is reported when a caller's own line cannot be written. The iterator is discarded, since the refused
            // lines may be outdated by the next step.
            this.#compaction = undefined;
        }
    }

    /** Copies live lines. Returns true when all are copied. */
    #copy(next: JsonlFile, lines: Iterator<string, undefined>, bytes: number): boolean {
        const copied: string[] = [];
        let line: string | undefined;
        for (let length = 0; length < bytes; length += line.length) {
            line = lines.next().value;
            if (line === undefined) break;
            copied.push(line);
        }
        if (copied.length > 0) next.append(copied);
        this.#lines += copied.length;
        return line === undefined;
    }

    #swap(next: JsonlFile): void {
        const { path } = this.#file;
        this.#file.closeDescriptor();
        next.closeDescriptor();
        wrapFsError('move', next.path, () => renameSync(next.path, path));
        if (this.#disk.durability === 'fsync') syncDirectory(this.#location.directory);
        this.#file.open();
        this.#next = this.#compaction = undefined;
    }

    #createFile(suffix: string): JsonlFile {
        const { directory, name } = this.#location;
        return new JsonlFile(join(directory, `${name}${suffix}.jsonl`), this.#disk);
    }
}

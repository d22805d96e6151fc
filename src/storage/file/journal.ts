import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSystemContext } from './file-system-context.js';
import { wrapFsError } from './fs-error.js';
import { JsonlFile } from './jsonl-file.js';
import { syncDirectory } from './atomic-file.js';

/** Where a journal is: `NAME.jsonl` in a directory. */
export interface JournalLocation {
    directory: string;
    name: string;
    /** True if only the user of this process may read it. */
    isPrivate?: boolean;
}

/** The state that a journal records, for its compaction. */
export interface JournalContent {
    /** How many lines it takes to record it. */
    readonly size: number;
    /** A line for each part of it. Changes between two lines are allowed. */
    lines(): Iterator<string, undefined>;
}

/** A journal with fewer lines more than needed is left as it is. */
const MIN_DEAD_LINES = 1000;
/** For each byte appended, so many are compacted: no caller waits for all of it. */
const COPIED_PER_APPENDED_BYTE = 4;
/** A compaction continues when so much has been appended. */
const STEP_BYTES = 16 * 1024;

/**
 * An append-only file of JSON lines, of which the last about something counts. Once more than half of the lines are dead, it is
 * compacted step by step: new lines go to `NAME.next.jsonl`, and with each of them some of those that are still true are written
 * there again. When all of them are, that file takes the place of the other. Until then, both are read, one after the other.
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

    /** True if the end of a line was missing when it was opened, and has been cut off. */
    get wasTruncated(): boolean {
        return this.#file.wasTruncated || this.#next?.wasTruncated === true;
    }

    get isEmpty(): boolean {
        return this.#file.size === 0;
    }

    /** Opens the journal and reads its lines, as chunks of whole lines, the oldest first. To be called once, before anything else. */
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
        // First, while the content is what the journal says.
        if (this.#appended >= STEP_BYTES) this.#compact();
        const file = this.#next ?? this.#file;
        const before = file.size;
        file.append(lines);
        this.#lines += lines.length;
        this.#appended += file.size - before;
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

    /** A step that fails has not harmed anything: the old lines are still there, and a later one begins again. */
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
            // Reported where it keeps a caller's own line from being written. The lines that were refused may be out of date by
            // the next step.
            this.#compaction = undefined;
        }
    }

    /** Returns true when nothing is left to be copied. */
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
        const { directory, name, isPrivate } = this.#location;
        return new JsonlFile(join(directory, `${name}${suffix}.jsonl`), this.#disk, isPrivate);
    }
}

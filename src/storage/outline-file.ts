import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { ifExists, isDamage } from './disk-error.js';
import { LineFile, type LineDisk } from './line-file.js';
import { lineLength } from './line-log.js';

/** What lists need to know of a document without reading it, after its id. */
export type OutlineRow = readonly [id: string, ...(string | number | boolean | null)[]];

/** The documents that are outlined; each is in a file. */
export interface OutlinedDocuments {
    /** The folder whose time changes when a document comes or goes. */
    readonly folder: string;
    /** The ids of all documents that there are. */
    ids(): string[];
    pathOf(id: string): string;
    /** Reads a document; undefined if it is not there. */
    outlineOf(id: string): OutlineRow | undefined;
    /** Whether a document may say something else by now, because the outline is not written with each of its changes. */
    isUnsettled(row: OutlineRow): boolean;
}

/** What a file says, how many lines it has, and whether it was properly closed. */
interface Found {
    rows: Map<string, OutlineRow>;
    lines: number;
    isEnded: boolean;
}

/** What a document is now; undefined if there is none. */
type Change = [id: string, row: OutlineRow | undefined];

/** Of so many documents each is looked at, whether a person has edited it since. */
const FEW = 2_000;

/**
 * The outlines of many documents in one file, so that opening a hundred thousand of them does not mean reading them.
 *
 * Everything in it can be found out from the documents, and it is made anew where it is missing or does not fit. It has a line
 * for each change: the id with its row, or the id alone when nothing is known of the document. The last line is a checksum of
 * all before it. Where that is missing or another, as after a kill, the file may lag behind; what has come or gone since is then found
 * by a look at the folder. A document that a person has edited is newer than this file.
 */
export class OutlineFile {
    readonly #file: LineFile;
    readonly #disk: LineDisk;
    readonly #documents: OutlinedDocuments;
    #isUsable = false;
    /** Of all lines. */
    #checksum = 0;

    constructor(path: string, disk: LineDisk, documents: OutlinedDocuments) {
        this.#file = new LineFile(path, disk);
        this.#disk = disk;
        this.#documents = documents;
    }

    /** The outlines of all documents. Called once, before anything else. */
    open(): Map<string, OutlineRow> {
        const found = this.#read();
        const rows = found?.rows ?? new Map<string, OutlineRow>();
        const changes = found === undefined ? this.#readAll() : this.#changesSince(found);
        // Not before all is known: where something cannot be read, the next one to open has to look again.
        this.#isUsable = true;
        for (const [id, row] of changes) {
            if (row === undefined) rows.delete(id);
            else rows.set(id, row);
        }
        const isOld = found === undefined ? rows.size + this.#file.size > 0 : found.lines > 2 * rows.size + FEW;
        if (isOld) this.#writeAnew(rows);
        else for (const [id, row] of changes) this.note(id, row);
        return rows;
    }

    /** Notes what a document is from now on; without a row, that nothing is known of it. */
    note(id: string, row?: OutlineRow): void {
        if (!this.#isUsable) return;
        this.#append(JSON.stringify(row ?? [id]));
    }

    /** @param isComplete - Whether all that is there has been noted. */
    close(isComplete: boolean): void {
        // Where there has never been a document, there is no folder either.
        if (this.#isUsable && isComplete && this.#file.size > 0) this.#append(JSON.stringify([this.#checksum]));
        this.#isUsable = false;
        this.#file.close();
    }

    #append(line: string): void {
        try {
            this.#file.append([line], [lineLength(line)]);
            this.#checksum = checksumOf([line], this.#checksum);
        } catch (error) {
            this.#giveUp(error);
        }
    }

    /** The documents are safe without it. It goes, since one with gaps would be worse than none. */
    #giveUp(error: unknown): void {
        this.#isUsable = false;
        this.#disk.warn(
            `\`${this.#file.path}\` could not be written, so the next start will take longer: ${String(error)}`,
        );
        this.#file.close();
        try {
            rmSync(this.#file.path, { force: true });
        } catch {
            // A folder that takes no changes takes no new documents either.
        }
    }

    #readAll(): Change[] {
        return this.#documents.ids().map((id) => [id, this.#documents.outlineOf(id)]);
    }

    /** What has come, gone or changed without being noted. */
    #changesSince({ rows, isEnded }: Found): Change[] {
        const writtenAt = modifiedAt(this.#file.path);
        const isFolderSame = isEnded && modifiedAt(this.#documents.folder) < writtenAt;
        const known = [...rows.keys()];
        const ids = isFolderSame ? known : this.#documents.ids();
        const gone = isFolderSame ? [] : missing(known, ids);
        // Whoever edits a document by hand often puts a new one in its place, which the folder shows.
        const mayBeEdited = rows.size <= FEW || (isEnded && !isFolderSame);
        const isStale = (id: string): boolean => {
            const row = rows.get(id);
            if (row === undefined || this.#documents.isUnsettled(row)) return true;
            return mayBeEdited && modifiedAt(this.#documents.pathOf(id)) >= writtenAt;
        };
        const stale = ids.filter(isStale);
        return [
            ...gone.map((id): Change => [id, undefined]),
            ...stale.map((id): Change => [id, this.#documents.outlineOf(id)]),
        ];
    }

    /** What the file says; undefined where it says nothing, or cannot be read. */
    #read(): Found | undefined {
        const rows = new Map<string, OutlineRow>();
        let lines = 0;
        let isEnded = false;
        try {
            this.#file.open();
            for (const batch of this.#file.lines()) {
                const last = batch.at(-1)!;
                const before = checksumOf(batch.slice(0, -1), this.#checksum);
                isEnded = last === JSON.stringify([before]);
                this.#checksum = checksumOf([last], before);
                lines += batch.length;
                for (const row of JSON.parse(`[${batch.join(',')}]`) as OutlineRow[]) {
                    if (!Array.isArray(row)) return undefined;
                    if (row.length > 1) rows.set(row[0], row);
                    else rows.delete(row[0]);
                }
            }
        } catch (error) {
            if (!isDamage(error) && !(error instanceof SyntaxError)) throw error;
            return undefined;
        }
        return lines === 0 ? undefined : { rows, lines, isEnded };
    }

    #writeAnew(rows: ReadonlyMap<string, OutlineRow>): void {
        try {
            mkdirSync(dirname(this.#file.path), { recursive: true });
            const lines = Array.from(rows.values(), (row) => JSON.stringify(row));
            this.#file.replace(lines);
            this.#checksum = checksumOf(lines, 0);
        } catch (error) {
            this.#giveUp(error);
        }
    }
}

/** The checksum of lines after others that have one. */
function checksumOf(lines: readonly string[], before: number): number {
    return lines.length === 0 ? before : crc32(`${lines.join('\n')}\n`, before);
}

/** In milliseconds since the epoch, as the file system has it; long ago for what is not there. */
function modifiedAt(path: string): number {
    return ifExists('look at', path, () => statSync(path).mtimeMs) ?? Number.NEGATIVE_INFINITY;
}

/** Those that are not among the others. */
function missing(ids: readonly string[], others: readonly string[]): string[] {
    const there = new Set(others);
    return ids.filter((id) => !there.has(id));
}

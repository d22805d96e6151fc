import { existsSync } from 'node:fs';
import { sortBy } from '../util/collections/sorted-list.js';
import { plural } from '../util/plural.js';
import type { FileSystemContext } from './file/file-system-context.js';
import { isCorruption } from './file/fs-error.js';
import { Journal, type JournalContent, type JournalLocation } from './file/journal.js';
import { quarantineFile } from './file/quarantine.js';

/** The file of a collection. */
export interface CollectionFile<Document> {
    location: JournalLocation;
    disk: FileSystemContext;
    /** The noun for a document in messages, such as `run`. If undefined, the owner of the collection reports unreadable documents. */
    label: string | undefined;
    /** Parses the value of a line. Throws an error that says why it is not the document of that id. */
    parse: (id: string, value: unknown) => Document;
}

/** A line that cannot be read, and the reason. */
interface CorruptedLine {
    readonly line: string;
    readonly problem: string;
}

/** The documents on disk that cannot be read. */
export interface CorruptedDocuments {
    readonly ids: readonly string[];
    /** Returns true if they may include the document with an id. */
    mayContain(id: string): boolean;
}

/**
 * The documents of one collection by id, as plain objects in memory. With a file, each change is first appended to a journal:
 * `["ID",{…}]` sets a document, `["ID"]` deletes it.
 *
 * A document is not copied. Later changes to it reach the disk when it is set again.
 */
export class DocumentCollection<Document extends object> implements JournalContent, CorruptedDocuments {
    readonly #file: CollectionFile<Document> | undefined;
    readonly #documents = new Map<string, Document>();
    /** By id. Their lines stay in the journal. */
    readonly #corrupted = new Map<string, CorruptedLine>();
    /** Lines without a readable id. */
    readonly #unparsable: string[] = [];
    #journal: Journal | undefined;
    #isIncomplete = false;

    /** @param file - Default: none, the documents are in memory only. */
    constructor(file?: CollectionFile<Document>) {
        this.#file = file;
        if (file !== undefined) this.#open(file);
    }

    get size(): number {
        return this.#documents.size + this.#corrupted.size + this.#unparsable.length;
    }

    get ids(): readonly string[] {
        return [...this.#corrupted.keys()];
    }

    mayContain(id: string): boolean {
        return this.#corrupted.has(id) || this.#isIncomplete;
    }

    /** Number of lines that cannot be read. */
    get corruptedCount(): number {
        return this.#corrupted.size + this.#unparsable.length;
    }

    /** True if lines cannot be read, or if a torn tail was truncated when the journal was opened. */
    get isCorrupted(): boolean {
        return this.corruptedCount > 0 || this.#journal?.wasTruncated === true;
    }

    get path(): string {
        return this.#journal!.path;
    }

    get isEmptyFile(): boolean {
        return this.#journal!.isEmpty;
    }

    /** Returns the lines that cannot be read, by id. */
    corruptedLines(): Iterable<[id: string, corrupted: CorruptedLine]> {
        return this.#corrupted;
    }

    get(id: string): Document | undefined {
        return this.#documents.get(id);
    }

    has(id: string): boolean {
        return this.#documents.has(id);
    }

    values(): IterableIterator<Document> {
        return this.#documents.values();
    }

    keys(): IterableIterator<string> {
        return this.#documents.keys();
    }

    entries(): IterableIterator<[string, Document]> {
        return this.#documents.entries();
    }

    /** Sorts the present documents by a number; documents that are set later come after them. */
    sortBy(getSortKey: (document: Document) => number): void {
        const sorted = sortBy(([, document]) => getSortKey(document), [...this.#documents]);
        this.#documents.clear();
        for (const [id, document] of sorted) this.#documents.set(id, document);
    }

    set(id: string, document: Document): void {
        this.#journal?.append([serializeLine(id, document)]);
        this.#put(id, document);
    }

    /** Sets several documents with one write. */
    setAll(documents: readonly (readonly [id: string, document: Document])[]): void {
        if (documents.length === 0) return;
        this.#journal?.append(documents.map(([id, document]) => serializeLine(id, document)));
        for (const [id, document] of documents) this.#put(id, document);
    }

    delete(id: string): void {
        if (!this.#documents.has(id)) return;
        this.#journal?.append([JSON.stringify([id])]);
        this.#documents.delete(id);
    }

    *lines(): Generator<string, undefined> {
        yield* this.#unparsable;
        for (const { line } of this.#corrupted.values()) yield line;
        for (const [id, document] of this.#documents) yield serializeLine(id, document);
    }

    close(): void {
        this.#journal?.close();
    }

    #put(id: string, document: Document): void {
        this.#documents.set(id, document);
        if (this.#corrupted.size > 0) this.#corrupted.delete(id);
    }

    #open(file: CollectionFile<Document>): void {
        const { location, disk } = file;
        this.#journal = new Journal(location, disk, this);
        this.#isIncomplete = existsSync(`${this.#journal.path}.damaged`);
        const lines = new Map<string, string>();
        try {
            for (const chunk of this.#journal.load())
                this.#collectLatestLines(chunk.toString('utf8', 0, chunk.length - 1), lines);
        } catch (error) {
            if (!isCorruption(error)) throw error;
            lines.clear();
            this.#replaceJournal(file, error as Error);
        }
        for (const line of lines.values()) this.#parseLine(line, file);
        this.#reportCorruption();
    }

    /** Collects the latest line of each id, so that no outdated line is parsed. */
    #collectLatestLines(text: string, lines: Map<string, string>): void {
        for (const line of text.split('\n')) {
            const end = line.startsWith('["') ? line.indexOf('"', 2) : -1;
            const id = line.slice(2, end);
            const isRemoval = line.length === end + 2;
            if (end < 0 || !line.endsWith(']') || (!isRemoval && line[end + 1] !== ',')) this.#unparsable.push(line);
            else if (isRemoval) lines.delete(id);
            else lines.set(id, line);
        }
    }

    #parseLine(line: string, { parse }: CollectionFile<Document>): void {
        let id = line.slice(2, line.indexOf('"', 2));
        try {
            const [ownId, value] = JSON.parse(line) as [string, unknown];
            // Not a slice of the line, which would keep the whole file in memory.
            id = ownId;
            this.#documents.set(id, parse(id, value));
        } catch (error) {
            const problem = error instanceof SyntaxError ? 'it is not valid JSON' : (error as Error).message;
            this.#corrupted.set(id, { line, problem: problem.replace(/\.$/, '') });
        }
    }

    #reportCorruption(): void {
        const { label, disk } = this.#file!;
        this.#isIncomplete ||= this.#unparsable.length > 0;
        if (label === undefined) return;
        const { path } = this.#journal!;
        // The first line creates a journal, so an existing file is never empty.
        if (this.#journal!.isEmpty && existsSync(path)) {
            this.#isIncomplete = true;
            disk.warn(
                `\`${path}\` is empty, probably after a power loss. The file is kept as \`${quarantineFile(path)}\`.`,
            );
        }
        for (const [id, { problem }] of this.#corrupted) {
            disk.warn(
                `\`${path}\` has a ${label} that cannot be read, ${id}: ${problem}. Its line stays unchanged. Correct or remove it ` +
                    'while no engine has the directory open.',
            );
        }
        if (this.#unparsable.length === 0) return;
        disk.warn(
            `\`${path}\` has ${plural(this.#unparsable.length, 'line')} without a valid ${label}. The file stays unchanged. ` +
                'Correct it while no engine has the directory open.',
        );
    }

    /** Quarantines a file that cannot be read at all, and starts a new one. */
    #replaceJournal({ location, disk }: CollectionFile<Document>, error: Error): void {
        const { path } = this.#journal!;
        this.#journal!.close();
        const quarantined = quarantineFile(path);
        disk.warn(
            `\`${path}\` cannot be read: ${error.message} The file is kept as \`${quarantined}\`, and a new one replaces it.`,
        );
        this.#isIncomplete = true;
        this.#unparsable.length = 0;
        this.#journal = new Journal(location, disk, this);
        for (const _ of this.#journal.load());
    }
}

function serializeLine(id: string, document: object): string {
    return `[${JSON.stringify(id)},${JSON.stringify(document)}]`;
}

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from './disk.js';
import { ifExists, onDisk } from './disk-error.js';
import { LineFile } from './line-file.js';
import { SegmentedJournal, type SegmentShelf } from './segmented-journal.js';

const EXTENSION = '.jsonl';
const NUMBER = /^(?:-([1-9]\d{0,14}))?\.jsonl$/;

/** What a journal is in. */
export interface JournalLocation {
    directory: string;
    /** Of its files, without extension: `journal` is in `journal.jsonl`, then in `journal-2.jsonl` and so on. */
    name: string;
}

/** A journal in files. Nothing is read before it is asked for. */
export class FileJournal extends SegmentedJournal<LineFile> {
    /** @param onClose - Called once. Default: nothing. */
    constructor(location: JournalLocation, disk: Disk, onClose: () => void = () => {}) {
        super(new JournalFiles(location, disk, onClose));
    }
}

class JournalFiles implements SegmentShelf<LineFile> {
    readonly #location: JournalLocation;
    readonly #disk: Disk;
    readonly #onClose: () => void;
    #latest = 0;
    #isClosed = false;

    constructor(location: JournalLocation, disk: Disk, onClose: () => void) {
        this.#location = location;
        this.#disk = disk;
        this.#onClose = onClose;
    }

    open(): LineFile[] {
        const numbers = journalNumbers(this.#location);
        this.#latest = numbers.at(-1) ?? 0;
        // The first one there is, or is to be, tells of what keeps it from being used.
        if (numbers.length === 0) return [this.add()];
        return numbers.map((number) => this.#open(number));
    }

    add(): LineFile {
        this.#latest += 1;
        return this.#open(this.#latest);
    }

    drop(file: LineFile): void {
        file.close();
        onDisk('remove', file.path, () => rmSync(file.path, { force: true }));
    }

    close(files: readonly LineFile[]): void {
        if (this.#isClosed) return;
        this.#isClosed = true;
        for (const file of files) file.close();
        this.#onClose();
    }

    #open(number: number): LineFile {
        const file = new LineFile(journalPath(this.#location, number), this.#disk);
        if (this.#isClosed) file.close();
        file.open();
        return file;
    }
}

/** The files of a journal, oldest first. */
export function journalPaths(location: JournalLocation): string[] {
    return journalNumbers(location).map((number) => journalPath(location, number));
}

function journalNumbers({ directory, name }: JournalLocation): number[] {
    const files = ifExists('list', directory, () => readdirSync(directory)) ?? [];
    const numbers = files.flatMap((file) => {
        const match = file.startsWith(name) ? NUMBER.exec(file.slice(name.length)) : null;
        return match ? [Number(match[1] ?? 1)] : [];
    });
    return numbers.toSorted((a, b) => a - b);
}

function journalPath({ directory, name }: JournalLocation, number: number): string {
    return join(directory, `${name}${number === 1 ? '' : `-${number}`}${EXTENSION}`);
}

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from './disk.js';
import { ifExists, onDisk } from './disk-error.js';
import { LineFile } from './line-file.js';
import { SegmentedJournal, type SegmentShelf } from './segmented-journal.js';

const SEGMENT = /^journal(?:-([1-9]\d{0,14}))?\.jsonl$/;

/** A journal in `journal.jsonl` of a directory, then `journal-2.jsonl` and so on. Nothing is read before it is asked for. */
export class FileJournal extends SegmentedJournal<LineFile> {
    constructor(directory: string, disk: Disk, onClose: () => void) {
        super(new JournalFiles(directory, disk, onClose));
    }
}

class JournalFiles implements SegmentShelf<LineFile> {
    readonly #directory: string;
    readonly #disk: Disk;
    readonly #onClose: () => void;
    #latest = 0;
    #isClosed = false;

    constructor(directory: string, disk: Disk, onClose: () => void) {
        this.#directory = directory;
        this.#disk = disk;
        this.#onClose = onClose;
    }

    open(): LineFile[] {
        const numbers = journalNumbers(this.#directory);
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
        const file = new LineFile(join(this.#directory, journalName(number)), this.#disk);
        if (this.#isClosed) file.close();
        file.open();
        return file;
    }
}

/** The numbers of the segments in a directory, in order. */
export function journalNumbers(directory: string): number[] {
    const names = ifExists('list', directory, () => readdirSync(directory)) ?? [];
    const numbers = names.flatMap((name) => {
        const match = SEGMENT.exec(name);
        return match ? [Number(match[1] ?? 1)] : [];
    });
    return numbers.sort((a, b) => a - b);
}

/** The name of a segment's file. */
export function journalName(number: number): string {
    return number === 1 ? 'journal.jsonl' : `journal-${number}.jsonl`;
}

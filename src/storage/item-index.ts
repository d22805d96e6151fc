import { readFileSync, rmSync } from 'node:fs';
import { appendToFile } from './atomic-file.js';
import type { Disk } from './disk.js';
import { ifExists, onDisk } from './disk-error.js';
import type { LineFile } from './line-file.js';
import { LineMarks } from './line-marks.js';

/** So many marks are held back and then written together. */
const MARKS_AT_ONCE = 256;
const BYTES_OF_MARK = 16;
const SAMPLES = 8;
const CHUNK = 1024 * 1024;
const LINE_BREAK = 0x0a;

/**
 * The marks of an item file, kept in a second file so that opening ten million items does not mean reading them.
 *
 * Everything in it can be found out from the items. It may therefore lag behind, and is made anew where it does not fit,
 * which happens when a person has edited the items. Each mark is the number of a line and its position, two 64-bit
 * floats, little-endian.
 */
export class ItemIndex {
    readonly #path: string;
    readonly #disk: Disk;
    #saved = 0;

    constructor(path: string, disk: Disk) {
        this.#path = path;
        this.#disk = disk;
    }

    /** The marks of the whole file, and the number of its lines. */
    load(file: LineFile): { marks: LineMarks; count: number } {
        let marks = this.#read();
        if (marks === undefined || !fits(marks, file)) {
            if (marks !== undefined && isLonger(marks, file)) this.#tellOfLoss(file);
            marks = new LineMarks();
            onDisk('remove', this.#path, () => rmSync(this.#path, { force: true }));
        }
        this.#saved = marks.length;
        return { marks, count: noteLines(marks, file) };
    }

    /** Writes marks that have not been written, if they are many or `now` is asked for. */
    save(marks: LineMarks, now = false): void {
        const count = marks.length - this.#saved;
        if (count <= 0 || (count < MARKS_AT_ONCE && !now)) return;
        const bytes = Buffer.allocUnsafe(count * BYTES_OF_MARK);
        for (let i = 0; i < count; i++) {
            bytes.writeDoubleLE(marks.lineAt(this.#saved + i), i * BYTES_OF_MARK);
            bytes.writeDoubleLE(marks.positionAt(this.#saved + i), i * BYTES_OF_MARK + 8);
        }
        this.#saved += count;
        try {
            appendToFile(this.#path, bytes);
        } catch (error) {
            // The items are safe without it. No more is written, since a gap would be worse than none.
            this.#saved = Number.POSITIVE_INFINITY;
            this.#disk.warn(
                `\`${this.#path}\` could not be written, so the next start will take longer: ${String(error)}`,
            );
        }
    }

    #tellOfLoss({ path, size }: LineFile): void {
        this.#disk.warn(
            `\`${path}\` is shorter than the engine has left it: another program has changed it, or the machine has lost ` +
                `power. The ${size} bytes that are in it now count.`,
        );
    }

    #read(): LineMarks | undefined {
        const bytes = ifExists('read', this.#path, () => readFileSync(this.#path)) ?? Buffer.alloc(0);
        if (bytes.length % BYTES_OF_MARK !== 0) return undefined;
        const marks = new LineMarks();
        for (let at = 0; at < bytes.length; at += BYTES_OF_MARK) {
            marks.add(bytes.readDoubleLE(at), bytes.readDoubleLE(at + 8));
        }
        return marks;
    }
}

/** Whether marks can be those of a file: they rise, and those looked at stand at the beginning of a line. */
function fits(marks: LineMarks, file: LineFile): boolean {
    for (let mark = 0; mark < marks.length; mark++) {
        const line = marks.lineAt(mark);
        const position = marks.positionAt(mark);
        const isRising = mark === 0 ? line === 0 && position === 0 : line > marks.lineAt(mark - 1);
        if (!isRising || (mark > 0 && position <= marks.positionAt(mark - 1)) || position >= file.size) return false;
    }
    for (let sample = 1; sample <= SAMPLES; sample++) {
        const position = marks.positionAt(Math.floor(((marks.length - 1) * sample) / SAMPLES)) ?? 0;
        if (position > 0 && file.bytes(position - 1, position)[0] !== LINE_BREAK) return false;
    }
    return true;
}

/** Whether marks are of a file that had more in it. */
function isLonger(marks: LineMarks, file: LineFile): boolean {
    const last = marks.positionAt(marks.length - 1);
    return Number.isSafeInteger(last) && last >= file.size;
}

/** Reads from the last mark on, adds the marks that are missing, and returns the number of lines in all. */
function noteLines(marks: LineMarks, file: LineFile): number {
    const last = marks.length - 1;
    let line = last < 0 ? 0 : marks.lineAt(last);
    let position = last < 0 ? 0 : marks.positionAt(last);
    for (let from = position; from < file.size;) {
        const bytes = file.bytes(from, Math.min(file.size, from + CHUNK));
        for (let end = bytes.indexOf(LINE_BREAK); end >= 0; end = bytes.indexOf(LINE_BREAK, end + 1)) {
            const next = from + end + 1;
            marks.note(line++, position, next - position);
            position = next;
        }
        from += bytes.length;
    }
    return line;
}

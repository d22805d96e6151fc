import { cutText } from './escape-control-characters.js';
import type { Output } from './terminal.js';

const CLEAR_LINE = '\r\u001b[2K';
const CLEAR_REST = '\u001b[K';
const REDRAW_MILLIS = 100;

/**
 * The last line of a terminal, redrawn in place while other lines scroll above it. Without a terminal, only the other lines are
 * written.
 */
export class StatusLine {
    readonly output: Output;
    #shown = '';
    #updatedAt = performance.now();

    constructor(output: Output) {
        this.output = output;
    }

    /** Shows a text, which must fit the width. Does nothing if it is already shown. */
    show(text: string): void {
        if (!this.output.isInteractive || text === this.#shown) return;
        // Overwritten without clearing first, which would flicker.
        void this.output.write(`\r${text}${CLEAR_REST}`);
        this.#shown = text;
    }

    /** Shows progress, at most every 100 ms; shorter work shows nothing. */
    update(text: () => string): void {
        const now = performance.now();
        if (now - this.#updatedAt < REDRAW_MILLIS) return;
        this.#updatedAt = now;
        this.show(this.output.paint('dim', cutText(text(), this.output.width - 1)));
    }

    /** Writes a line above it in one write; resolves once the stream accepts more. */
    above(line: string): Promise<void> {
        return this.output.write(this.#shown === '' ? `${line}\n` : `${CLEAR_LINE}${line}\n${this.#shown}`);
    }

    /** Clears the line. */
    clear(): void {
        if (this.#shown !== '') void this.output.write(CLEAR_LINE);
        this.#shown = '';
    }
}

/** Processes batches in sequence, with progress on a terminal. After an error it reports the completed part. */
export async function inBatches<Entry>(
    output: Output,
    batches: Iterable<readonly Entry[]>,
    describe: (done: number) => string,
    work: (batch: readonly Entry[]) => Promise<void>,
): Promise<void> {
    const status = new StatusLine(output);
    let done = 0;
    try {
        for (const batch of batches) {
            await work(batch);
            done += batch.length;
            status.update(() => describe(done));
        }
    } catch (error) {
        status.clear();
        if (done > 0) output.line(`${describe(done)} before the error.`);
        throw error;
    }
    status.clear();
}

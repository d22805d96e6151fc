import { cutText } from './escape-control-characters.js';
import type { Output } from './terminal.js';

const CLEAR_LINE = '\r\u001b[2K';
const CLEAR_REST = '\u001b[K';
const REDRAW_MILLIS = 100;

/**
 * The last line of a terminal, redrawn in place while other lines scroll above it. On anything but a terminal only the other
 * lines are written.
 */
export class StatusLine {
    readonly output: Output;
    #shown = '';
    #updatedAt = performance.now();

    constructor(output: Output) {
        this.output = output;
    }

    /** Shows a text, which must fit the width; does nothing if it is already shown. */
    show(text: string): void {
        if (!this.output.isInteractive || text === this.#shown) return;
        // Overwritten and not cleared first, which would flicker.
        void this.output.write(`\r${text}${CLEAR_REST}`);
        this.#shown = text;
    }

    /** Shows progress, at most every 100 ms; work that is done sooner shows nothing. */
    update(text: () => string): void {
        const now = performance.now();
        if (now - this.#updatedAt < REDRAW_MILLIS) return;
        this.#updatedAt = now;
        this.show(this.output.paint('dim', cutText(text(), this.output.width - 1)));
    }

    /** Writes a line above it, in one go; settles once there is room for more. */
    above(line: string): Promise<void> {
        return this.output.write(this.#shown === '' ? `${line}\n` : `${CLEAR_LINE}${line}\n${this.#shown}`);
    }

    /** Removes it. */
    clear(): void {
        if (this.#shown !== '') void this.output.write(CLEAR_LINE);
        this.#shown = '';
    }
}

/** Does work for one batch after the other, with progress on a terminal; after an error it reports how far it came. */
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

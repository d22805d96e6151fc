import type { Output } from './output.js';

const CLEAR_LINE = '\r\u001b[2K';
const CLEAR_REST = '\u001b[K';

/**
 * A line at the bottom of a terminal that is drawn anew in its place, while other lines go by above it. On anything that is
 * no terminal there is none: only the other lines are written.
 */
export class StatusLine {
    readonly #output: Output;
    #shown = '';

    constructor(output: Output) {
        this.#output = output;
    }

    /** Shows a text, which must fit the width; nothing is written if it is there already. */
    show(text: string): void {
        if (!this.#output.isInteractive || text === this.#shown) return;
        // What is there is written over, and not cleared first, which would flicker.
        void this.#output.write(`\r${text}${CLEAR_REST}`);
        this.#shown = text;
    }

    /** Writes a line above it, all in one go; settles once there is room for more. */
    above(line: string): Promise<void> {
        return this.#output.write(this.#shown === '' ? `${line}\n` : `${CLEAR_LINE}${line}\n${this.#shown}`);
    }

    /** Takes it away. */
    clear(): void {
        if (this.#shown !== '') void this.#output.write(CLEAR_LINE);
        this.#shown = '';
    }
}

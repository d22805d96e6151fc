/** Maximum number of characters in a log line. Longer lines are truncated. */
export const MAX_LINE_CHARS = 1_048_576;

/** Characters that are buffered beyond the maximum, so that a secret at the cut of a truncated line is redacted as a whole. */
const SLACK_CHARS = 16_384;
const MAX_BUFFERED_CHARS = MAX_LINE_CHARS + SLACK_CHARS;

/** Assembles the lines of one stream from chunks. It buffers at most one line, up to its maximum length. */
export class LineAssembler {
    readonly #redact: (line: string) => string;
    #text = '';
    /** Number of characters of the current line that were not buffered. */
    #skipped = 0;

    /** @param redact - Replaces secrets in a line. */
    constructor(redact: (line: string) => string) {
        this.#redact = redact;
    }

    /** Adds a chunk and returns the lines that it completes. */
    push(chunk: string): string[] {
        const lines: string[] = [];
        let from = 0;
        for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
            this.#append(chunk.slice(from, end));
            lines.push(this.#completeLine());
            from = end + 1;
        }
        this.#append(chunk.slice(from));
        return lines;
    }

    /** Returns the last line, if the stream did not end with a line break. */
    end(): string[] {
        return this.#text === '' ? [] : [this.#completeLine()];
    }

    #append(text: string): void {
        const capacity = MAX_BUFFERED_CHARS - this.#text.length;
        this.#text += text.length > capacity ? text.slice(0, capacity) : text;
        this.#skipped += Math.max(0, text.length - capacity);
    }

    #completeLine(): string {
        const text = this.#text;
        const skipped = this.#skipped;
        this.#text = '';
        this.#skipped = 0;
        const line = this.#redact(skipped === 0 && text.endsWith('\r') ? text.slice(0, -1) : text);
        const excess = line.length - MAX_LINE_CHARS;
        return excess > 0 ? `${line.slice(0, MAX_LINE_CHARS)} ${truncationNotice(excess + skipped)}` : line;
    }
}

function truncationNotice(omitted: number): string {
    const max = MAX_LINE_CHARS.toLocaleString('en');
    return (
        `[Line truncated: ${omitted.toLocaleString('en')} more characters. The maximum for a log line is ${max}. ` +
        'Store longer texts as records of a key-value store.]'
    );
}

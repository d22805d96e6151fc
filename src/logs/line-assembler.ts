/** As many characters as a line of a log has at most. */
export const MAX_LINE_CHARS = 1_048_576;

/** Held beyond that, so that a secret at the end of a line that is cut is whole when it is hidden. */
const SLACK_CHARS = 16_384;
const MOST_HELD_CHARS = MAX_LINE_CHARS + SLACK_CHARS;

/** Puts the lines of one stream together, which come in pieces. However long a line is, no more of it is held than is kept. */
export class LineAssembler {
    readonly #redact: (line: string) => string;
    #text = '';
    #leftOut = 0;

    /** @param redact - Hides what is not to be seen in a line. */
    constructor(redact: (line: string) => string) {
        this.#redact = redact;
    }

    /** Takes in a piece; returns the lines that it completes. */
    take(piece: string): string[] {
        const lines: string[] = [];
        let from = 0;
        for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
            this.#add(piece.slice(from, end));
            lines.push(this.#close());
            from = end + 1;
        }
        this.#add(piece.slice(from));
        return lines;
    }

    /** The rest, if there is any. */
    end(): string[] {
        return this.#text === '' ? [] : [this.#close()];
    }

    #add(piece: string): void {
        const room = MOST_HELD_CHARS - this.#text.length;
        this.#text += piece.length > room ? piece.slice(0, room) : piece;
        this.#leftOut += Math.max(0, piece.length - room);
    }

    #close(): string {
        const text = this.#text;
        const leftOut = this.#leftOut;
        this.#text = '';
        this.#leftOut = 0;
        const line = this.#redact(leftOut === 0 && text.endsWith('\r') ? text.slice(0, -1) : text);
        const excess = line.length - MAX_LINE_CHARS;
        return excess > 0 ? `${line.slice(0, MAX_LINE_CHARS)} ${cutNote(excess + leftOut)}` : line;
    }
}

function cutNote(leftOut: number): string {
    const most = MAX_LINE_CHARS.toLocaleString('en');
    return (
        `[${leftOut.toLocaleString('en')} more characters of this line were left out, as a line of a log has ${most} at most. ` +
        'Store what is that long as a record of a key-value store.]'
    );
}

const SPACE = /[ \t\n\r]*/y;
/** A number, `true`, `false` or `null`. */
const SCALAR = /[^ \t\n\r,\]}]+/y;
/** Up to the next bracket or string; brackets inside strings do not count. */
const NEXT_BRACKET = /[^"[\]{}]*("|[[\]{}])/y;

/**
 * Scans valid JSON and returns values as they are written, which `JSON.parse` does not report. Numbers with more digits than
 * JavaScript can represent stay exact.
 */
export class JsonScanner {
    readonly text: string;
    #position = 0;

    constructor(text: string) {
        this.text = text;
    }

    /** The current offset in the text. */
    get position(): number {
        return this.#position;
    }

    /** The character at the current position; undefined at the end. */
    get next(): string | undefined {
        return this.text[this.#position];
    }

    /** Advances to the next character that is not white space. */
    skipWhitespace(): void {
        this.#match(SPACE);
    }

    /** Advances past a bracket, colon or comma and the white space after it. */
    advance(): void {
        this.#position++;
        this.skipWhitespace();
    }

    /** Advances past the comma before the next member, if there is one. */
    skipComma(): void {
        this.skipWhitespace();
        if (this.next === ',') this.advance();
    }

    /** Advances past a key and its colon. Returns the key. */
    readKey(): string {
        const key = JSON.parse(this.#readString()) as string;
        this.skipWhitespace();
        this.advance();
        return key;
    }

    /** Advances past a value, nested values included. Returns it as it is written. */
    readValue(): string {
        this.skipWhitespace();
        const start = this.#position;
        if (this.next === '"') this.#readString();
        else if (this.next === '{' || this.next === '[') this.#skipContainer();
        else this.#match(SCALAR);
        return this.text.slice(start, this.#position);
    }

    #readString(): string {
        const start = this.#position;
        let end = start;
        do end = this.text.indexOf('"', end + 1);
        while (isEscaped(this.text, end));
        this.#position = end + 1;
        return this.text.slice(start, this.#position);
    }

    #skipContainer(): void {
        let depth = 0;
        do {
            const bracket = this.#match(NEXT_BRACKET).at(-1)!;
            if (bracket === '"') {
                this.#position--;
                this.#readString();
            } else {
                depth += bracket === '{' || bracket === '[' ? 1 : -1;
            }
        } while (depth > 0);
    }

    #match(pattern: RegExp): string {
        pattern.lastIndex = this.#position;
        const [match = ''] = pattern.exec(this.text) ?? [];
        this.#position += match.length;
        return match;
    }
}

/** Returns a field of a JSON object as it is written; of duplicate keys, the last one. Undefined if the object does not have it. */
export function findJsonField(object: string, name: string): string | undefined {
    const scanner = new JsonScanner(object);
    let found: string | undefined;
    scanner.skipWhitespace();
    scanner.advance();
    while (scanner.next !== '}') {
        const key = scanner.readKey();
        const value = scanner.readValue();
        if (key === name) found = value;
        scanner.skipComma();
    }
    return found;
}

function isEscaped(text: string, position: number): boolean {
    let firstBackslash = position;
    while (text[firstBackslash - 1] === '\\') firstBackslash--;
    return (position - firstBackslash) % 2 === 1;
}

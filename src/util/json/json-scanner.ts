const SPACE = /[ \t\n\r]*/y;
/** All that is neither a text nor has anything inside. */
const WORD = /[^ \t\n\r,\]}]+/y;
/** What matters for the end of an object or array: texts, in which brackets mean nothing, and brackets. */
const NEXT_BRACKET = /[^"[\]{}]*("|[[\]{}])/y;

/**
 * A way through a text that is known to be JSON, for what `JSON.parse` does not tell: how a value is written. It makes no
 * values, and keeps to the letter numbers with more digits than JavaScript has.
 */
export class JsonScanner {
    readonly text: string;
    #at = 0;

    constructor(text: string) {
        this.text = text;
    }

    /** Where it is in the text. */
    get position(): number {
        return this.#at;
    }

    /** The character there; undefined at the end. */
    get next(): string | undefined {
        return this.text[this.#at];
    }

    /** Goes to the next character that is no white space. */
    skipWhitespace(): void {
        this.#match(SPACE);
    }

    /** Passes a bracket or colon, and the space after it. */
    advance(): void {
        this.#at++;
        this.skipWhitespace();
    }

    /** Passes what comes between two members, if another one comes. */
    skipComma(): void {
        this.skipWhitespace();
        if (this.next === ',') this.advance();
    }

    /** Passes the name of a field and the colon after it; returns the name. */
    readKey(): string {
        const key = JSON.parse(this.#skipText()) as string;
        this.skipWhitespace();
        this.advance();
        return key;
    }

    /** Passes a value with all that is in it; returns it as it is written. */
    readValue(): string {
        this.skipWhitespace();
        const start = this.#at;
        if (this.next === '"') this.#skipText();
        else if (this.next === '{' || this.next === '[') this.#skipBrackets();
        else this.#match(WORD);
        return this.text.slice(start, this.#at);
    }

    #skipText(): string {
        const start = this.#at;
        let end = start;
        do end = this.text.indexOf('"', end + 1);
        while (isEscaped(this.text, end));
        this.#at = end + 1;
        return this.text.slice(start, this.#at);
    }

    #skipBrackets(): void {
        let depth = 0;
        do {
            const bracket = this.#match(NEXT_BRACKET).at(-1)!;
            if (bracket === '"') {
                this.#at--;
                this.#skipText();
            } else {
                depth += bracket === '{' || bracket === '[' ? 1 : -1;
            }
        } while (depth > 0);
    }

    #match(pattern: RegExp): string {
        pattern.lastIndex = this.#at;
        const [match = ''] = pattern.exec(this.text) ?? [];
        this.#at += match.length;
        return match;
    }
}

/** How a field of a JSON object is written, where it has that field; the last one, if it has several. */
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
    let first = position;
    while (text[first - 1] === '\\') first--;
    return (position - first) % 2 === 1;
}

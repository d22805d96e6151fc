import type { JsonObject } from './json-file.js';

const SPACE = /[ \t\n\r]*/y;
/** All that is neither a text nor has anything inside. */
const WORD = /[^ \t\n\r,\]}]+/y;
/** What matters for the end of an object or array: texts, in which brackets mean nothing, and brackets. */
const NEXT_BRACKET = /[^"[\]{}]*("|[[\]{}])/y;

/**
 * Writes into a JSON text what has been added to its value or changed in it, and leaves all else to the letter: numbers with
 * more digits than JavaScript keeps, the order of fields, and line breaks.
 *
 * @param text - JSON of an object; nothing of it may be missing in the other one.
 * @param changed - What the text is to say.
 */
export function patchJson(text: string, changed: JsonObject): string {
    return new Patch(text).write(changed);
}

/** One way through a text that is known to be JSON. */
class Patch {
    readonly #text: string;
    #at = 0;
    /** What has been written goes up to here in the text. */
    #done = 0;
    #written = '';

    constructor(text: string) {
        this.#text = text;
    }

    write(changed: JsonObject): string {
        this.#value(changed);
        return this.#written + this.#text.slice(this.#done);
    }

    #value(changed: unknown): void {
        this.#match(SPACE);
        const start = this.#at;
        const first = this.#text[start];
        if (first === '{' && isObject(changed)) return this.#object(changed);
        if (first === '[' && Array.isArray(changed)) return this.#array(changed);
        this.#skip();
        const isPlain = first !== '{' && first !== '[';
        if (isPlain && Object.is(JSON.parse(this.#text.slice(start, this.#at)), changed)) return;
        this.#replace(start, JSON.stringify(changed));
    }

    #object(changed: Record<string, unknown>): void {
        const seen = new Set<string>();
        this.#open();
        while (this.#text[this.#at] !== '}') {
            const key = JSON.parse(this.#skipText()) as string;
            seen.add(key);
            this.#match(SPACE);
            // The colon.
            this.#at++;
            if (Object.hasOwn(changed, key)) this.#value(changed[key]);
            else this.#skip();
            this.#separator();
        }
        const added = Object.entries(changed).filter(([key]) => !seen.has(key));
        const members = added.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',');
        if (members !== '') this.#replace(this.#at, seen.size > 0 ? `,${members}` : members);
        this.#at++;
    }

    #array(changed: readonly unknown[]): void {
        this.#open();
        for (let index = 0; this.#text[this.#at] !== ']'; index++) {
            if (index < changed.length) this.#value(changed[index]);
            else this.#skip();
            this.#separator();
        }
        this.#at++;
    }

    #open(): void {
        this.#at++;
        this.#match(SPACE);
    }

    #separator(): void {
        this.#match(SPACE);
        if (this.#text[this.#at] !== ',') return;
        this.#at++;
        this.#match(SPACE);
    }

    #skip(): void {
        this.#match(SPACE);
        const first = this.#text[this.#at];
        if (first === '"') this.#skipText();
        else if (first === '{' || first === '[') this.#skipBrackets();
        else this.#match(WORD);
    }

    #skipText(): string {
        const start = this.#at;
        let end = start;
        do end = this.#text.indexOf('"', end + 1);
        while (isEscaped(this.#text, end));
        this.#at = end + 1;
        return this.#text.slice(start, this.#at);
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

    /** Puts something else in the place of what stands from there to here. */
    #replace(start: number, replacement: string): void {
        this.#written += this.#text.slice(this.#done, start) + replacement;
        this.#done = this.#at;
    }

    #match(pattern: RegExp): string {
        pattern.lastIndex = this.#at;
        const [match = ''] = pattern.exec(this.#text) ?? [];
        this.#at += match.length;
        return match;
    }
}

function isEscaped(text: string, position: number): boolean {
    let first = position;
    while (text[first - 1] === '\\') first--;
    return (position - first) % 2 === 1;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

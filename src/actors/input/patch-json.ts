import { JsonScanner } from '../../util/json/json-scanner.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';

/**
 * Writes into a JSON text what has been added to its value or changed in it, and leaves all else to the letter: numbers with
 * more digits than JavaScript keeps, the order of fields, and line breaks.
 *
 * @param text - JSON of an object; nothing of it may be missing in the other one.
 * @param changed - What the text is to say.
 */
export function patchJson(text: string, changed: JsonObject): string {
    return new JsonPatcher(text).write(changed);
}

/** One way through a text that is known to be JSON. */
class JsonPatcher {
    readonly #scanner: JsonScanner;
    /** What has been written goes up to here in the text. */
    #copiedUpTo = 0;
    #output = '';

    constructor(text: string) {
        this.#scanner = new JsonScanner(text);
    }

    write(changed: JsonObject): string {
        this.#value(changed);
        return this.#output + this.#scanner.text.slice(this.#copiedUpTo);
    }

    #value(changed: unknown): void {
        this.#scanner.skipSpace();
        const { at: start, next: first } = this.#scanner;
        if (first === '{' && isJsonObject(changed)) return this.#object(changed);
        if (first === '[' && Array.isArray(changed)) return this.#array(changed);
        const given = this.#scanner.skipValue();
        const isPlain = first !== '{' && first !== '[';
        if (isPlain && Object.is(JSON.parse(given), changed)) return;
        this.#replace(start, JSON.stringify(changed));
    }

    #object(changed: Record<string, unknown>): void {
        const seen = new Set<string>();
        this.#scanner.pass();
        while (this.#scanner.next !== '}') {
            const key = this.#scanner.passKey();
            seen.add(key);
            if (Object.hasOwn(changed, key)) this.#value(changed[key]);
            else this.#scanner.skipValue();
            this.#scanner.passComma();
        }
        const added = Object.entries(changed).filter(([key]) => !seen.has(key));
        const members = added.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',');
        if (members !== '') this.#replace(this.#scanner.at, seen.size > 0 ? `,${members}` : members);
        this.#scanner.pass();
    }

    #array(changed: readonly unknown[]): void {
        this.#scanner.pass();
        for (let index = 0; this.#scanner.next !== ']'; index++) {
            if (index < changed.length) this.#value(changed[index]);
            else this.#scanner.skipValue();
            this.#scanner.passComma();
        }
        this.#scanner.pass();
    }

    /** Puts something else in the place of what stands from there to here. */
    #replace(start: number, replacement: string): void {
        this.#output += this.#scanner.text.slice(this.#copiedUpTo, start) + replacement;
        this.#copiedUpTo = this.#scanner.at;
    }
}

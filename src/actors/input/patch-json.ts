import { JsonScanner } from '../../util/json/json-scanner.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';

/**
 * Applies additions and changes of a value to its JSON text. Leaves everything else unchanged: numbers with more digits than
 * JavaScript keeps, the order of fields, and whitespace.
 *
 * @param text - JSON of an object. The changed value must have all of its fields.
 * @param changed - The value after the change.
 */
export function patchJson(text: string, changed: JsonObject): string {
    return new JsonPatcher(text).write(changed);
}

/** Patches one text that is known to be JSON. */
class JsonPatcher {
    readonly #scanner: JsonScanner;
    /** The offset in the text up to which the output is complete. */
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
        this.#scanner.skipWhitespace();
        const { position: start, next: first } = this.#scanner;
        if (first === '{' && isJsonObject(changed)) return this.#object(changed);
        if (first === '[' && Array.isArray(changed)) return this.#array(changed);
        const original = this.#scanner.readValue();
        const isPrimitive = first !== '{' && first !== '[';
        if (isPrimitive && Object.is(JSON.parse(original), changed)) return;
        this.#replace(start, JSON.stringify(changed));
    }

    #object(changed: Record<string, unknown>): void {
        const keys = new Set<string>();
        this.#scanner.advance();
        while (this.#scanner.next !== '}') {
            const key = this.#scanner.readKey();
            keys.add(key);
            if (Object.hasOwn(changed, key)) this.#value(changed[key]);
            else this.#scanner.readValue();
            this.#scanner.skipComma();
        }
        const added = Object.entries(changed).filter(([key]) => !keys.has(key));
        const members = added.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',');
        if (members !== '') this.#replace(this.#scanner.position, keys.size > 0 ? `,${members}` : members);
        this.#scanner.advance();
    }

    #array(changed: readonly unknown[]): void {
        this.#scanner.advance();
        for (let index = 0; this.#scanner.next !== ']'; index++) {
            if (index < changed.length) this.#value(changed[index]);
            else this.#scanner.readValue();
            this.#scanner.skipComma();
        }
        this.#scanner.advance();
    }

    /** Replaces the text from `start` to the current position. */
    #replace(start: number, replacement: string): void {
        this.#output += this.#scanner.text.slice(this.#copiedUpTo, start) + replacement;
        this.#copiedUpTo = this.#scanner.position;
    }
}

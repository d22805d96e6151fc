import { isJsonObject } from '../../util/json/json.js';
import { EngineError } from '../../errors/engine-error.js';
import type { Item } from '../../model/api/storage.js';
import { invalid } from '../../util/check.js';

/**
 * The JSON texts of what is pushed to a dataset, one for each item and each on one line. A string counts as the JSON text
 * of an item or of an array of items.
 *
 * @throws `invalid-value` for anything that is not an object, or that JSON cannot carry.
 */
export function serializeItems(items: Item | Item[] | string | string[]): string[] {
    if (typeof items === 'string') return serializeJsonText('items', items);
    if (!Array.isArray(items)) return [serializeItem('items', items)];
    return items.flatMap((item: unknown, index) => {
        const path = `items[${index}]`;
        return typeof item === 'string' ? serializeJsonText(path, item) : serializeItem(path, item);
    });
}

function serializeJsonText(path: string, json: string): string[] {
    const parsed = parse(path, json);
    if (Array.isArray(parsed)) return parsed.map((item, index) => serializeItem(`${path}[${index}]`, item));
    if (!isJsonObject(parsed)) throw notAnItem(path, parsed);
    // A line break can only stand between the tokens of JSON, never inside a string.
    return [/[\r\n]/.test(json) ? JSON.stringify(parsed) : json.trim()];
}

function serializeItem(path: string, item: unknown): string {
    if (!isJsonObject(item)) throw notAnItem(path, item);
    const text = stringify(path, item);
    // `toJSON` can make anything of an object: a Date becomes a string.
    if (text === undefined || !text.startsWith('{')) throw notAnItem(path, text);
    return text;
}

function parse(path: string, json: string): unknown {
    try {
        return JSON.parse(json);
    } catch (cause) {
        const message = `\`${path}\` is a text that is not JSON: ${shortMessage(cause)}. Push an object, or its JSON text.`;
        throw new EngineError('invalid-value', message, { details: { path }, cause });
    }
}

function stringify(path: string, item: object): string | undefined {
    try {
        return JSON.stringify(item);
    } catch (cause) {
        const message =
            `\`${path}\` cannot be written as JSON: ${shortMessage(cause)}. ` +
            'Items can hold texts, numbers, booleans, null, arrays and plain objects.';
        throw new EngineError('invalid-value', message, { details: { path }, cause });
    }
}

function notAnItem(path: string, value: unknown): EngineError {
    return invalid(path, value, 'an object', 'An item of a dataset is one object; wrap the value into one.');
}

/** The first line of what an error says, without its full stop. */
export function shortMessage(error: unknown): string {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return line.replace(/\.$/, '');
}

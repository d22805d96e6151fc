import { checkJsonDepth, isJsonObject } from '../../util/json/json.js';
import { EngineError } from '../../errors/engine-error.js';
import type { Item } from '../../model/api/storage.js';
import { invalid } from '../../util/check.js';

/**
 * Returns the JSON texts of items that are pushed to a dataset, one line for each item. A string is the JSON text of an item or of
 * an array of items.
 *
 * @throws `invalid-value` if a value is not an object or cannot be represented in JSON.
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
    // A line break can only occur between the tokens of JSON, never inside a string.
    return [/[\r\n]/.test(json) ? JSON.stringify(parsed) : json.trim()];
}

function serializeItem(path: string, item: unknown): string {
    if (!isJsonObject(item)) throw notAnItem(path, item);
    const text = stringify(path, item);
    // `toJSON` can return anything: a Date becomes a string.
    if (text === undefined || !text.startsWith('{')) throw notAnItem(path, text);
    return text;
}

function parse(path: string, json: string): unknown {
    // An array around the items is no level of an item.
    checkJsonDepth(path, json, { outerLevels: 1 });
    try {
        return JSON.parse(json);
    } catch (cause) {
        const message = `\`${path}\` is not valid JSON: ${shortMessage(cause)}. Push an object, or its JSON text.`;
        throw new EngineError('invalid-value', message, { details: { path }, cause });
    }
}

function stringify(path: string, item: object): string | undefined {
    try {
        return JSON.stringify(item);
    } catch (cause) {
        const message =
            `\`${path}\` cannot be written as JSON: ${shortMessage(cause)}. ` +
            'Items can contain strings, numbers, booleans, null, arrays and plain objects.';
        throw new EngineError('invalid-value', message, { details: { path }, cause });
    }
}

function notAnItem(path: string, value: unknown): EngineError {
    return invalid(path, value, 'an object', 'An item of a dataset is one object; wrap the value in one.');
}

/** Returns the first line of an error's message, without its full stop. */
export function shortMessage(error: unknown): string {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return line.replace(/\.$/, '');
}

import { EngineError } from '../../errors/engine-error.js';
import { invalid } from '../../util/check.js';
import { checkJsonDepth } from '../../util/json/json.js';
import { toJson } from './to-json.js';

/**
 * Serializes items to one JSON text, in the thread that created them. A string is passed through as JSON.
 *
 * @throws {@link EngineError} `invalid-value` for an item that is not an object or cannot be serialized.
 */
export function itemsToJson(items: unknown): string {
    if (typeof items === 'string') return items;
    if (!Array.isArray(items)) return itemToJson('item', items);
    if (items.every((item) => isItem(item))) return toJson('items', items);
    return `[${items.map((item, index) => (typeof item === 'string' ? item : itemToJson(`items[${index}]`, item))).join(',')}]`;
}

/**
 * Serializes each item to a JSON text.
 *
 * @throws {@link EngineError} `invalid-value` for an item that is not an object or cannot be serialized.
 */
export function itemsToTexts(items: unknown): string[] {
    if (!Array.isArray(items)) return [itemToJson('item', items)];
    return items.map((item, index) => itemToJson(`items[${index}]`, item));
}

/**
 * Groups item texts into pushes within the size limit, in order.
 *
 * @param limitBytes - Maximum size of one push.
 * @throws {@link EngineError} `request-too-large` for an item above the limit.
 */
export function groupTexts(texts: string[], limitBytes: number): string[][] {
    if (texts.length === 0) return [];
    // No character takes more than 3 bytes, so most pushes pass by their length alone.
    if (texts.reduce((sum, text) => sum + text.length * 3 + 1, 2) <= limitBytes) return [texts];
    const groups: string[][] = [];
    let openBytes = Number.POSITIVE_INFINITY;
    for (const [index, text] of texts.entries()) {
        const bytes = Buffer.byteLength(text) + 1;
        if (bytes + 1 > limitBytes) throw tooLarge(index, bytes - 1, limitBytes);
        if (openBytes + bytes > limitBytes) {
            groups.push([]);
            openBytes = 2;
        }
        groups.at(-1)!.push(text);
        openBytes += bytes;
    }
    return groups;
}

/** Joins item texts to the JSON of one push. */
export function joinTexts(texts: readonly string[]): string {
    return texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`;
}

function tooLarge(index: number, bytes: number, limitBytes: number): EngineError {
    return new EngineError(
        'request-too-large',
        `\`items[${index}]\` has ${bytes} bytes as JSON, but an item is limited to ${limitBytes} bytes. Split it, or store ` +
            'large values in a key-value store.',
        { details: { index, bytes, limitBytes } },
    );
}

function itemToJson(path: string, item: unknown): string {
    if (!isItem(item)) throw invalid(path, item, 'an object', 'Dataset items must be objects.');
    const text = toJson(path, item);
    if (!text.startsWith('{'))
        throw invalid(path, item, 'an object when serialized to JSON', 'Its `toJSON()` returns something else.');
    checkJsonDepth(path, text);
    return text;
}

function isItem(item: unknown): boolean {
    return typeof item === 'object' && item !== null && !Array.isArray(item);
}

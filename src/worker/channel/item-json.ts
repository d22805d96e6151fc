import { EngineError } from '../../errors/engine-error.js';
import { invalid } from '../../util/check.js';
import { checkJsonDepth } from '../../util/json/json.js';
import { toJson } from './to-json.js';

/**
 * Writes items as one JSON text, once, in the thread that made them. Text is taken for JSON already and passes as it is.
 *
 * @throws {@link EngineError} `invalid-value` for whatever is no object, or no JSON can be made of.
 */
export function itemsToJson(items: unknown): string {
    if (typeof items === 'string') return items;
    if (!Array.isArray(items)) return itemToJson('item', items);
    if (items.every((item) => isItem(item))) return toJson('items', items);
    return `[${items.map((item, index) => (typeof item === 'string' ? item : itemToJson(`items[${index}]`, item))).join(',')}]`;
}

/**
 * Writes items as JSON texts, one for each.
 *
 * @throws {@link EngineError} `invalid-value` for whatever is no object, or no JSON can be made of.
 */
export function itemsToTexts(items: unknown): string[] {
    if (!Array.isArray(items)) return [itemToJson('item', items)];
    return items.map((item, index) => itemToJson(`items[${index}]`, item));
}

/**
 * Puts texts of items together to pushes that are each small enough, in their order.
 *
 * @param limitBytes - What one push may have at most.
 * @throws {@link EngineError} `request-too-large` for an item above the limit.
 */
export function groupTexts(texts: string[], limitBytes: number): string[][] {
    if (texts.length === 0) return [];
    // No character takes more than 3 bytes; most pushes are small enough to be let through by their length alone.
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

export function joinTexts(texts: readonly string[]): string {
    return texts.length === 1 ? texts[0]! : `[${texts.join(',')}]`;
}

function tooLarge(index: number, bytes: number, limitBytes: number): EngineError {
    return new EngineError(
        'request-too-large',
        `\`items[${index}]\` has ${bytes} bytes as JSON, but a dataset takes at most ${limitBytes}. Split it, or keep ` +
            'large values in a key-value store.',
        { details: { index, bytes, limitBytes } },
    );
}

function itemToJson(path: string, item: unknown): string {
    if (!isItem(item)) throw invalid(path, item, 'an object', 'A dataset takes only objects.');
    const text = toJson(path, item);
    if (!text.startsWith('{'))
        throw invalid(path, item, 'an object as JSON too', 'Its own `toJSON()` makes something else of it.');
    checkJsonDepth(path, text);
    return text;
}

function isItem(item: unknown): boolean {
    return typeof item === 'object' && item !== null && !Array.isArray(item);
}

import { EngineError } from '../errors/engine-error.js';
import { invalid } from '../util/check.js';
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
 * Writes items as JSON texts that are each small enough to be pushed.
 *
 * @param limitBytes - What one push may have at most.
 * @throws {@link EngineError} `invalid-value` as {@link itemsToJson}; `request-too-large` for an item above the limit.
 */
export function itemsToChunks(items: unknown, limitBytes: number): string[] {
    if (typeof items === 'string') throw invalid('items', items, 'an object or an array of objects');
    const whole = itemsToJson(items);
    if (Array.isArray(items) && items.length === 0) return [];
    // No character takes more than 3 bytes; most pushes are small enough to be let through by their length alone.
    if (whole.length * 3 <= limitBytes || Buffer.byteLength(whole) <= limitBytes) return [whole];
    const texts = (Array.isArray(items) ? items : [items]).map((item, index) => itemToJson(`items[${index}]`, item));
    return joinUpTo(limitBytes, texts);
}

function joinUpTo(limitBytes: number, texts: string[]): string[] {
    const chunks: string[] = [];
    let open: string[] = [];
    let openBytes = 2;
    const close = (): void => {
        if (open.length > 0) chunks.push(`[${open.join(',')}]`);
        open = [];
        openBytes = 2;
    };
    for (const [index, text] of texts.entries()) {
        const bytes = Buffer.byteLength(text) + 1;
        if (bytes + 1 > limitBytes) throw tooLarge(index, bytes - 1, limitBytes);
        if (openBytes + bytes > limitBytes) close();
        open.push(text);
        openBytes += bytes;
    }
    close();
    return chunks;
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
    return toJson(path, item);
}

function isItem(item: unknown): boolean {
    return typeof item === 'object' && item !== null && !Array.isArray(item);
}

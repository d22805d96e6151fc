import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject } from '../../registry/json-file.js';
import { show } from '../../util/check.js';
import { readJson } from '../read-json.js';
import type { Item } from '../../model/storage.js';

/**
 * Items as somebody has written them: one JSON object, an array of them, or JSON Lines.
 *
 * @param source - What messages call it: `items.json`.
 * @throws EngineError `invalid-value`, with the place of what is no item.
 */
export function parseItems(text: string, source: string): Item[] {
    const parsed = looksLikeLines(text) ? parseLines(text, source) : readJson(text, source);
    const items = Array.isArray(parsed) ? (parsed as unknown[]) : [parsed];
    for (const [index, item] of items.entries()) {
        if (isJsonObject(item)) continue;
        const message = `${source}: item ${index + 1} is ${show(item)}, but must be a JSON object, in {}.`;
        throw new EngineError('invalid-value', message, { details: { index } });
    }
    return items as Item[];
}

/** An object that is whole by the end of its line, with something after it. */
function looksLikeLines(text: string): boolean {
    const [first = '', ...rest] = text
        .replace(/^\uFEFF/, '')
        .trim()
        .split('\n');
    return first.startsWith('{') && rest.length > 0 && isJson(first);
}

function uncapital(text: string): string {
    return text.replace(/^The /, 'the ');
}

function isJson(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

function parseLines(text: string, source: string): unknown[] {
    return text
        .replace(/^\uFEFF/, '')
        .split('\n')
        .flatMap((line, index) =>
            line.trim() === '' ? [] : [readJson(line, `Line ${index + 1} of ${uncapital(source)}`)],
        );
}

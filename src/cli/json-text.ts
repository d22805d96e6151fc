import { EngineError } from '../errors/engine-error.js';
import { findJsonError } from '../registry/json-file.js';
import { cutToWidth } from './terminal/text-width.js';

/** So much of a broken line is shown before the place. */
const SHOWN_BEFORE = 40;
const SHOWN_WIDTH = 76;

/**
 * Reads JSON that came from a user.
 *
 * @param source - What it is of, as messages call it: `The items`, `items.json`.
 * @param firstLine - Where its first line stands in the source. Default: 1.
 * @throws EngineError `invalid-value`, which shows the place of what is not JSON.
 */
export function parseJsonText(text: string, source: string, firstLine = 1): unknown {
    const plain = text.replace(/^\uFEFF/, '');
    try {
        return JSON.parse(plain) as unknown;
    } catch (cause) {
        throw notJson(plain, source, { firstLine, cause });
    }
}

function notJson(
    text: string,
    source: string,
    { firstLine, cause }: { firstLine: number; cause: unknown },
): EngineError {
    if (text.trim() === '')
        return new EngineError('invalid-value', `${source}: there is nothing, but there must be JSON.`);
    const at = findJsonError(text);
    const before = text.slice(0, at).split('\n');
    const line = before.length + firstLine - 1;
    const column = before.at(-1)!.length + 1;
    const what =
        at >= text.trimEnd().length
            ? 'it ends too early. Close what is open'
            : 'this is not JSON. Look for a missing comma or quote; names and texts are in double quotes';
    const message = `${source}, line ${line}, column ${column}: ${what}.\n${placeOf(text, at)}`;
    return new EngineError('invalid-value', message, { details: { line, column }, cause });
}

/** The line with a caret below the place. */
function placeOf(text: string, at: number): string {
    const start = text.lastIndexOf('\n', at - 1) + 1;
    const end = text.indexOf('\n', at);
    const line = text.slice(start, end === -1 ? undefined : end).replaceAll('\t', ' ');
    const column = at - start;
    const cut = Math.max(0, column - SHOWN_BEFORE);
    const shown = (cut > 0 ? '…' : '') + line.slice(cut);
    return `  ${cutToWidth(shown, SHOWN_WIDTH)}\n  ${' '.repeat(column - cut + (cut > 0 ? 1 : 0))}^`;
}

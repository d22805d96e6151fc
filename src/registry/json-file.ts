import { EngineError } from '../errors/engine-error.js';
import { show } from '../util/check.js';
import type { SeenFiles } from './seen-files.js';

/** A JSON object, not looked into yet. */
export type JsonObject = Record<string, unknown>;

/**
 * Reads a file that holds one JSON object; undefined when there is no such file.
 *
 * @throws EngineError `actor-source-invalid`, with the line and column of what is not JSON.
 */
export async function readJsonFile(seen: SeenFiles, file: string): Promise<JsonObject | undefined> {
    const text = await seen.text(file);
    if (text === undefined) return undefined;
    const value = parseJson(file, text.replace(/^\uFEFF/, ''));
    if (isJsonObject(value)) return value;
    throw new EngineError(
        'actor-source-invalid',
        `${file} holds ${show(value)}, but must hold one JSON object, in {}.`,
        {
            details: { file },
        },
    );
}

/** Whether a value is an object, and neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(file: string, text: string): unknown {
    try {
        return JSON.parse(text);
    } catch (cause) {
        const offset = findJsonError(text);
        const before = text.slice(0, offset).split('\n');
        const line = before.length;
        const column = before.at(-1)!.length + 1;
        const what =
            offset === text.length
                ? 'it ends too early. Close what is open'
                : `${show(text.charAt(offset))} is not expected there. Look for a missing comma, a comment or a quote`;
        throw new EngineError('actor-source-invalid', `${file}:${line}:${column} is not JSON: ${what}.`, {
            details: { file, line, column },
            cause,
        });
    }
}

const SPACE = /[ \t\r\n]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = new RegExp(`${TEXT.source}|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null`, 'y');

/** Where a text stops being JSON. V8 tells it in some of its messages only, and differently in each version. */
export function findJsonError(text: string): number {
    let at = 0;
    const take = (pattern: RegExp): boolean => {
        pattern.lastIndex = at;
        const found = pattern.test(text);
        if (found) at = pattern.lastIndex;
        return found;
    };
    const members = (end: RegExp, member: () => boolean): boolean => {
        take(SPACE);
        if (take(end)) return true;
        do {
            take(SPACE);
            if (!member()) return false;
            take(SPACE);
        } while (take(/,/y));
        return take(end);
    };
    const property = (): boolean => take(TEXT) && take(SPACE) && take(/:/y) && value();
    const value = (): boolean => {
        take(SPACE);
        if (take(/\{/y)) return members(/\}/y, property);
        if (take(/\[/y)) return members(/\]/y, value);
        return take(SCALAR);
    };
    if (value()) take(SPACE);
    return at;
}

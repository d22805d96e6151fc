import { EngineError } from '../../errors/engine-error.js';
import { show } from '../check.js';

/**
 * Maximum nesting of objects and arrays. `JSON.parse` has no limit, but code that serializes or walks a value recurses, and the
 * stack overflows after some thousands of levels: a stored value could not be read back.
 */
export const MAX_DEPTH = 1000;

const QUOTE = 0x22;

const BACKSLASH = 0x5c;

/** The content type of JSON that the engine writes. */
export const JSON_TYPE = 'application/json; charset=utf-8';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const SPACE = /[ \t\r\n]*/y;

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

const SCALAR = new RegExp(`${STRING.source}|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null`, 'y');

/**
 * Throws `invalid-value` if JSON is nested too deeply. Call it before the JSON is parsed, which takes long for millions of levels.
 *
 * @param path - The path of the value as the caller wrote it.
 * @param options - `outerLevels`: number of additional levels around the values that are limited. `code`: code of the error.
 */
export function checkJsonDepth(
    path: string,
    json: string,
    { outerLevels = 0, code }: { outerLevels?: number; code?: DepthErrorCode } = {},
): void {
    if (json.length > 2 * MAX_DEPTH && isDeep(json, MAX_DEPTH + outerLevels)) throw tooDeepError(path, code);
}

/** The code of the error for a value, or for the input of a run. */
type DepthErrorCode = 'invalid-value' | 'invalid-input';

/** Creates the error for a value that is nested too deeply. */
export function tooDeepError(path: string, code: DepthErrorCode = 'invalid-value'): EngineError {
    const message =
        `\`${path}\` is nested more than ${MAX_DEPTH} levels deep, which is not supported. Flatten it, or pass the deep part ` +
        'as a string.';
    return new EngineError(code, message, { details: { path, maxDepth: MAX_DEPTH } });
}

function isDeep(json: string, maxDepth: number): boolean {
    let depth = 0;
    let isInString = false;
    for (let at = 0; at < json.length; at++) {
        const code = json.charCodeAt(at);
        if (code === QUOTE) isInString = !isInString;
        else if (isInString) at += code === BACKSLASH ? 1 : 0;
        // `[` and `{` differ in one bit, as do `]` and `}`.
        else if ((code | 0x20) === 0x7d) depth--;
        else if ((code | 0x20) === 0x7b && ++depth > maxDepth) return true;
    }
    return false;
}

/** A JSON object whose fields are not validated yet. */
export type JsonObject = Record<string, unknown>;

/** True for an object that is neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses JSON. Returns undefined if the text is not valid JSON, or is nested too deeply. */
export function parseJson(text: string): unknown {
    try {
        checkJsonDepth('text', text);
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** True if a body of this content type must be valid JSON. */
export function isJsonType(contentType: string): boolean {
    return contentType.includes('application/json');
}

/** A reviver for `JSON.parse` that converts ISO times under keys ending in `At` to dates. */
export function reviveDate(key: string, value: unknown): unknown {
    return key.endsWith('At') && typeof value === 'string' && ISO_TIME.test(value) ? new Date(value) : value;
}

/** As {@link reviveDate}, in place in a parsed value; several times as fast as a reviver. */
export function reviveDates(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const fields = value as Record<string, unknown>;
    for (const key in fields) {
        const field = fields[key];
        if (typeof field === 'object') reviveDates(field);
        else if (typeof field === 'string' && key.endsWith('At')) fields[key] = reviveDate(key, field);
    }
}

/** The location and reason of a syntax error. */
interface JsonError {
    /** 1-based. */
    readonly line: number;
    /** In characters, 1-based. */
    readonly column: number;
    /** The problem and its remedy, as sentences. */
    readonly problem: string;
}

/** Locates the syntax error in invalid JSON. V8's messages include the position only sometimes, and differ between versions. */
export function findJsonError(text: string): JsonError {
    const offset = findErrorOffset(text);
    const before = text.slice(0, offset).split('\n');
    const problem =
        offset === text.length
            ? 'unexpected end. Close all open strings, arrays and objects.'
            : `unexpected ${show(text.charAt(offset))}. Check for a missing comma or quote, or a comment.`;
    return { line: before.length, column: before.at(-1)!.length + 1, problem };
}

/** Returns the offset of the syntax error. */
function findErrorOffset(text: string): number {
    let offset = 0;
    const skip = (pattern: RegExp): boolean => {
        pattern.lastIndex = offset;
        const isMatch = pattern.test(text);
        if (isMatch) offset = pattern.lastIndex;
        return isMatch;
    };
    const skipMembers = (end: RegExp, skipMember: () => boolean): boolean => {
        skip(SPACE);
        if (skip(end)) return true;
        do {
            skip(SPACE);
            if (!skipMember()) return false;
            skip(SPACE);
        } while (skip(/,/y));
        return skip(end);
    };
    const skipProperty = (): boolean => skip(STRING) && skip(SPACE) && skip(/:/y) && skipValue();
    const skipValue = (): boolean => {
        skip(SPACE);
        if (skip(/\{/y)) return skipMembers(/\}/y, skipProperty);
        if (skip(/\[/y)) return skipMembers(/\]/y, skipValue);
        return skip(SCALAR);
    };
    if (skipValue()) skip(SPACE);
    return offset;
}

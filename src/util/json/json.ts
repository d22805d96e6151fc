import { EngineError } from '../../errors/engine-error.js';
import { show } from '../check.js';

/**
 * How deep objects and arrays may be in each other. `JSON.parse` has no limit, but what writes or walks through a value calls
 * itself for each level, and the stack ends at some thousands: what came in could not be read any more.
 */
const MAX_DEPTH = 1000;

const QUOTE = 0x22;

const BACKSLASH = 0x5c;

/** The type of what the engine writes as JSON by itself. */
export const JSON_TYPE = 'application/json; charset=utf-8';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const SPACE = /[ \t\r\n]*/y;

const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

const SCALAR = new RegExp(`${TEXT.source}|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|true|false|null`, 'y');

/**
 * Refuses JSON that is nested too deeply: `invalid-value`.
 *
 * @param path - What the caller calls it.
 * @param json - Known to be JSON.
 */
export function checkJsonDepth(path: string, json: string): void {
    if (json.length <= 2 * MAX_DEPTH || depthOf(json) <= MAX_DEPTH) return;
    const message =
        `\`${path}\` is nested more than ${MAX_DEPTH} levels deep, which cannot be handled. Make it flatter, or pass the deep ` +
        'part as a string.';
    throw new EngineError('invalid-value', message, { details: { path, maxDepth: MAX_DEPTH } });
}

function depthOf(json: string): number {
    let depth = 0;
    let deepest = 0;
    let isText = false;
    for (let at = 0; at < json.length; at++) {
        const code = json.charCodeAt(at);
        if (code === QUOTE) isText = !isText;
        else if (isText) at += code === BACKSLASH ? 1 : 0;
        // [ and {, ] and }: they differ in one bit.
        else if ((code | 0x20) === 0x7b) deepest = Math.max(deepest, ++depth);
        else if ((code | 0x20) === 0x7d) depth--;
    }
    return deepest;
}

/** A JSON object, not looked into yet. */
export type JsonObject = Record<string, unknown>;

/** True for an object that is neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses a text; undefined where it is not JSON. */
export function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** Whether a Content-Type is JSON in the sense that its text must parse. */
export function isJsonType(contentType: string): boolean {
    return contentType.includes('application/json');
}

/** Makes dates of the ISO times under keys that end in `At`; for `JSON.parse`. */
export function reviveDate(key: string, value: unknown): unknown {
    return key.endsWith('At') && typeof value === 'string' && ISO_TIME.test(value) ? new Date(value) : value;
}

/** As {@link reviveDate}, in a value that has been parsed; several times as quick as a function for `JSON.parse`. */
export function reviveDates(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const holder = value as Record<string, unknown>;
    for (const key in holder) {
        const inner = holder[key];
        if (typeof inner === 'object') reviveDates(inner);
        else if (typeof inner === 'string' && key.endsWith('At')) holder[key] = reviveDate(key, inner);
    }
}

/** Where a text stops being JSON, and why. */
interface JsonError {
    /** From 1. */
    readonly line: number;
    /** In characters, from 1. */
    readonly column: number;
    /** What is wrong there and what to look for, as a sentence. */
    readonly problem: string;
}

/** Finds what is wrong with a text that is not JSON. V8 tells it in some of its messages only, and differently in each version. */
export function findJsonError(text: string): JsonError {
    const offset = offsetOfError(text);
    const before = text.slice(0, offset).split('\n');
    const problem =
        offset === text.length
            ? 'it ends too early. Close what is open.'
            : `${show(text.charAt(offset))} is not expected there. Look for a missing comma, a comment or a quote.`;
    return { line: before.length, column: before.at(-1)!.length + 1, problem };
}

/** Where a text stops being JSON, in characters from its beginning. */
function offsetOfError(text: string): number {
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

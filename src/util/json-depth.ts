import { EngineError } from '../errors/engine-error.js';

/**
 * How deep objects and arrays may be in each other. `JSON.parse` has no limit, but what writes or walks through a value calls
 * itself for each level, and the stack ends at some thousands: what came in could not be read any more.
 */
const MAX_DEPTH = 1000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Refuses JSON that is nested too deeply: `invalid-value`.
 *
 * @param path - What the caller calls it.
 * @param json - Known to be JSON.
 */
export function checkJsonDepth(path: string, json: string): void {
    // The number of brackets is found many times sooner than the depth, and hardly anything has that many.
    if (json.length <= 2 * MAX_DEPTH || !hasMany(json) || depthOf(json) <= MAX_DEPTH) return;
    const message =
        `\`${path}\` is nested more than ${MAX_DEPTH} levels deep, which cannot be handled. Make it flatter, or pass the deep ` +
        'part as a text.';
    throw new EngineError('invalid-value', message, { details: { path, maxDepth: MAX_DEPTH } });
}

function hasMany(json: string): boolean {
    let left = MAX_DEPTH;
    for (const bracket of '[{') {
        for (let at = json.indexOf(bracket); at !== -1; at = json.indexOf(bracket, at + 1)) {
            if (left-- === 0) return true;
        }
    }
    return false;
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

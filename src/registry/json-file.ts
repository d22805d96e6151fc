import { EngineError } from '../errors/engine-error.js';
import { show } from '../util/check.js';
import { findJsonError } from '../util/json.js';
import type { SeenFiles } from './source/seen-files.js';

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
        const { line, column, problem } = findJsonError(text);
        throw new EngineError('actor-source-invalid', `${file}:${line}:${column} is not JSON: ${problem}`, {
            details: { file, line, column },
            cause,
        });
    }
}

import { EngineError } from '../../errors/engine-error.js';

/**
 * Writes a value as JSON.
 *
 * @param path - The value, as the caller wrote it.
 * @param indent - Spaces a level; 0 is one line.
 * @throws {@link EngineError} `invalid-value` for circular values, big integers, and what has no JSON at all.
 */
export function toJson(path: string, value: unknown, indent = 0): string {
    let text: string | undefined;
    try {
        text = JSON.stringify(value, null, indent);
    } catch (cause) {
        const reason = cause instanceof Error ? cause.message.split('\n', 1)[0]! : String(cause);
        throw new EngineError('invalid-value', `\`${path}\` cannot be written as JSON: ${reason}. Use plain data.`, {
            cause,
        });
    }
    if (text !== undefined) return text;
    throw new EngineError(
        'invalid-value',
        `\`${path}\` is ${typeof value}, which JSON cannot carry. Use plain data, or null.`,
    );
}

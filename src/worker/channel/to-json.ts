import { EngineError } from '../../errors/engine-error.js';
import { show } from '../../util/check.js';

/**
 * Serializes a value to JSON.
 *
 * @param path - Path of the value, as the caller wrote it, for error messages.
 * @param indent - Number of spaces per level; 0 writes one line.
 * @throws {@link EngineError} `invalid-value` for circular values, big integers, and values that JSON cannot represent.
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
        `\`${path}\` is ${show(value)}, which JSON cannot represent. Use plain data, or null.`,
    );
}

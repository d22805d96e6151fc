import { EngineError } from '../errors/engine-error.js';
import { show } from '../util/check.js';
import { isJsonType, JSON_TYPE } from '../util/json-type.js';
import { checkContentType, isBytes, toBuffer } from './record-value.js';
import type { RunInput } from '../model/run-input.js';

const BINARY = 'application/octet-stream';

/**
 * Turns what a caller gives as input into what is stored: JSON, unless it is bytes, or text with a content type of its own.
 * Undefined and null are no input. A function inside the input becomes its source text, as `apify-client` has it, so that
 * page functions can be passed on.
 *
 * @throws EngineError `invalid-input` when the input does not survive JSON, or is no JSON although its type says so.
 */
export function toRunInput(input: unknown, contentType?: string): RunInput | undefined {
    if (contentType !== undefined) checkContentType(contentType);
    if (input === undefined || input === null) return undefined;
    if (isBytes(input)) return checked({ bytes: toBuffer(input), contentType: contentType ?? BINARY });
    if (typeof input === 'string' && contentType !== undefined) {
        return checked({ bytes: Buffer.from(input), contentType });
    }
    return { bytes: Buffer.from(toJson(input)), contentType: contentType ?? JSON_TYPE };
}

function toJson(input: unknown): string {
    if (typeof input === 'function' || typeof input === 'symbol') throw refused(`it is ${show(input)}`);
    let json: string | undefined;
    try {
        json = JSON.stringify(input, (_key, value: unknown) => (typeof value === 'function' ? String(value) : value));
    } catch (cause) {
        throw refused((cause as Error).message, cause);
    }
    if (json === undefined) throw refused('nothing is left of it');
    return json;
}

function checked(input: RunInput): RunInput {
    if (!isJsonType(input.contentType)) return input;
    try {
        JSON.parse(input.bytes.toString());
    } catch (cause) {
        throw new EngineError(
            'invalid-input',
            `The input is no JSON, although its type is \`${input.contentType}\`: ${(cause as Error).message}. ` +
                'Pass a plain value instead of text, or give the text its own `contentType`.',
            { cause },
        );
    }
    return input;
}

function refused(problem: string, cause?: unknown): EngineError {
    return new EngineError(
        'invalid-input',
        `The input cannot be written as JSON: ${problem}. Pass plain data, or text or bytes with a \`contentType\`.`,
        { cause },
    );
}

import { EngineError } from '../errors/engine-error.js';

/** The most bytes that one item, one push or one request may have, as on the platform. */
const MAX_PAYLOAD_BYTES = 9_437_184;

const MAX_BYTES_PER_CODE_UNIT = 3;

/** The size of a text in UTF-8; refuses one that is too large: `request-too-large`. */
export function assertSize(what: string, text: string): number {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_PAYLOAD_BYTES) throw tooLarge(what, bytes);
    return bytes;
}

/** Refuses a push whose texts are too large together, as the JSON array that they would travel in. */
export function checkTotalSize(what: string, texts: readonly string[]): void {
    let codeUnits = 2;
    for (const text of texts) codeUnits += text.length + 1;
    if (codeUnits * MAX_BYTES_PER_CODE_UNIT <= MAX_PAYLOAD_BYTES) return;
    let bytes = texts.length + 1;
    for (const text of texts) bytes += Buffer.byteLength(text);
    if (texts.length === 1) bytes -= 2;
    if (bytes > MAX_PAYLOAD_BYTES) throw tooLarge(what, bytes);
}

function tooLarge(what: string, bytes: number): EngineError {
    const message =
        `${what} has ${bytes} bytes as JSON, but may have ${MAX_PAYLOAD_BYTES} at most. ` +
        'Split it into smaller ones, or store it as a record of a key-value store.';
    return new EngineError('request-too-large', message, { details: { bytes, limit: MAX_PAYLOAD_BYTES } });
}

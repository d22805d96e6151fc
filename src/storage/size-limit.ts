import { EngineError } from '../errors/engine-error.js';

/** Maximum size of an item, a push or a request in bytes, as on the platform. */
const MAX_PAYLOAD_BYTES = 9_437_184;

const MAX_BYTES_PER_CODE_UNIT = 3;

/** Returns the size of a text in UTF-8. Throws `request-too-large` if it exceeds the limit. */
export function assertSize(label: string, text: string): number {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_PAYLOAD_BYTES) throw tooLarge(label, bytes);
    return bytes;
}

/** Throws `request-too-large` if the texts of a push are too large together, as one JSON array. */
export function checkTotalSize(label: string, texts: readonly string[]): void {
    let codeUnits = 2;
    for (const text of texts) codeUnits += text.length + 1;
    if (codeUnits * MAX_BYTES_PER_CODE_UNIT <= MAX_PAYLOAD_BYTES) return;
    let bytes = texts.length + 1;
    for (const text of texts) bytes += Buffer.byteLength(text);
    if (texts.length === 1) bytes -= 2;
    if (bytes > MAX_PAYLOAD_BYTES) throw tooLarge(label, bytes);
}

function tooLarge(label: string, bytes: number): EngineError {
    const message =
        `${label} has ${bytes} bytes as JSON, but the limit is ${MAX_PAYLOAD_BYTES} bytes. ` +
        'Split it into smaller ones, or store it as a record of a key-value store.';
    return new EngineError('request-too-large', message, { details: { bytes, limit: MAX_PAYLOAD_BYTES } });
}

import { EngineError } from '../errors/engine-error.js';

/** The most bytes that the body of a request may have once it is decompressed, as on the platform. */
export const MAX_BODY_BYTES = 9_437_184;
/** The same for records, which have no such limit in process: enough for any of them, and an end to what never ends. */
export const MAX_RECORD_BYTES = 512 * 1024 * 1024;

/** The error for a body with more bytes than it may have. */
export function bodyTooLarge(limit: number, actual?: number): EngineError {
    const length = actual === undefined ? '' : `, actual length: ${actual} bytes`;
    const message =
        `The payload of the request is too large (limit: ${limit} bytes${length}). ` +
        'Split it into smaller ones, or store it as a record of a key-value store.';
    return new EngineError('request-too-large', message, { details: { limit, bytes: actual } });
}

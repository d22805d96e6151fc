import type { RecordHead } from '../model/streams.js';
import type { RecordMeta } from './backend.js';

/** What is known of a record; stores keep it by the thousand, hence without what it does not have. */
export function recordMeta({ key, contentType, contentEncoding }: RecordHead, size: number): RecordMeta {
    if (contentEncoding === undefined) return { key, contentType, size };
    return { key, contentType, contentEncoding, size };
}

import { accepts } from './accept-encoding.js';
import { textAnswer, type AnswerHeaders } from './answers.js';
import { decodedRecord } from '../storage/decoded-record.js';
import type { RecordStream } from '../model/streams.js';

/**
 * The very bytes of a record under their own type, which may be none that a value could be made of. As they were sent, for
 * whoever takes them so; decompressed for all others.
 */
export function recordAnswer(
    record: RecordStream,
    request: Request,
    { status = 200, headers = {} }: { status?: number; headers?: AnswerHeaders } = {},
): Response {
    const { contentType, contentEncoding, size } = record;
    const ofStored = { ...headers, 'content-length': String(size) };
    if (contentEncoding === undefined) return textAnswer(record.content, contentType, { status, headers: ofStored });
    const vary = { vary: 'accept-encoding' };
    if (accepts(request.headers.get('accept-encoding'), contentEncoding)) {
        const asSent = { ...ofStored, ...vary, 'content-encoding': contentEncoding };
        return textAnswer(record.content, contentType, { status, headers: asSent });
    }
    return textAnswer(decodedRecord(record).content, contentType, { status, headers: { ...headers, ...vary } });
}

import { JSON_TYPE } from '../util/json.js';
import type { Content } from '../model/streams.js';
import { ReadableStream } from 'node:stream/web';
import { wholeAnswerOf, wholeResponse } from './whole-response.js';

/** Headers by name. */
export type AnswerHeaders = Record<string, string>;

/** An answer whose body is a value as JSON, without the envelope. */
export function jsonAnswer(value: unknown, status = 200, headers: AnswerHeaders = {}): Response {
    return textAnswer(JSON.stringify(value), JSON_TYPE, { status, headers });
}

/** An answer in the API's envelope: `{ data }`. */
export function dataAnswer(data: unknown, status = 200, headers: AnswerHeaders = {}): Response {
    return jsonAnswer({ data }, status, headers);
}

/** The answer to what leaves nothing to say. */
export function emptyAnswer(): Response {
    return new Response(null, { status: 204 });
}

/** An answer whose body is text or bytes. Its type is passed on to the letter. */
export function textAnswer(
    body: string | Content,
    contentType: string,
    { status = 200, headers = {} }: { status?: number; headers?: AnswerHeaders } = {},
): Response {
    if (typeof body === 'string' || body instanceof Uint8Array) {
        return wholeResponse({ status, contentType, headers, body });
    }
    // Left to `Response`, an iterable that ends after it has been given up is an error that nobody can catch. And the types
    // of browsers may be the ones in force, which know less.
    const init = { status, headers: { ...headers, 'content-type': contentType } };
    return new Response(ReadableStream.from(body) as ConstructorParameters<typeof Response>[0], init);
}

/** The answer to a HEAD that would have had this one to a GET: whatever makes its body is given up. */
export async function withoutBody(answer: Response): Promise<Response> {
    const headers = new Headers(answer.headers);
    const whole = wholeAnswerOf(answer);
    if (whole) headers.set('content-length', String(Buffer.byteLength(whole.body)));
    else await answer.body?.cancel();
    return new Response(null, { status: answer.status, headers });
}

/** The header that makes a browser save the body, if that is asked for. */
export function attachmentHeaders(isAttachment: boolean | undefined, fileName: string): AnswerHeaders {
    return isAttachment ? { 'content-disposition': `attachment; filename="${fileName}"` } : {};
}

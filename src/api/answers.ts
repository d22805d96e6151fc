import { ReadableStream } from 'node:stream/web';

/** Headers by name. */
export type AnswerHeaders = Record<string, string>;

/** An answer whose body is a value as JSON, without the envelope. */
export function jsonAnswer(value: unknown, status = 200, headers: AnswerHeaders = {}): Response {
    return textAnswer(JSON.stringify(value), 'application/json; charset=utf-8', { status, headers });
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
    body: string | Uint8Array | AsyncIterable<Uint8Array>,
    contentType: string,
    { status = 200, headers = {} }: { status?: number; headers?: AnswerHeaders } = {},
): Response {
    const init = { status, headers: { ...headers, 'content-type': contentType } };
    const isWhole = typeof body === 'string' || body instanceof Uint8Array;
    // Left to `Response`, an iterable that ends after it has been given up is an error that nobody can catch.
    const content = isWhole ? body : ReadableStream.from(body);
    // The types of browsers may be the ones in force, and those know less.
    return new Response(content as ConstructorParameters<typeof Response>[0], init);
}

/** The header that makes a browser save the body, if that is asked for. */
export function attachmentHeaders(isAttachment: boolean | undefined, fileName: string): AnswerHeaders {
    return isAttachment ? { 'content-disposition': `attachment; filename="${fileName}"` } : {};
}

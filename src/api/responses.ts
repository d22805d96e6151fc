import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { decompressRecord } from '../storage/key-value-store/decompress-record.js';
import { JSON_TYPE } from '../util/json/json.js';
import { parseAccept } from './context.js';
import { isBuffered, sendResponse, type Body } from './send.js';
import type { RecordStream } from '../model/streams.js';
import type { ApiContext, Bindings } from './context.js';

/** Headers by their names in lower case. */
export type ResponseHeaders = Record<string, string>;

/** The parts of a request that its response depends on. */
export interface ResponseContext {
    readonly env: Partial<Pick<Bindings, 'access' | 'outgoing' | 'method'>>;
    readonly req: { readonly method: string; readonly raw?: Request };
}

/** The parts of a response other than its body. */
export interface ResponseOptions {
    readonly status?: number;
    readonly headers?: ResponseHeaders;
}

/** Responds with a body, or with none: through Node's response if the request has one, else by a `Response`. */
export function respond(
    context: ResponseContext,
    body: Body,
    { status = 200, headers = {} }: ResponseOptions,
): Response {
    if (body !== null && isBuffered(body)) headers['content-length'] = String(Buffer.byteLength(body));
    const isHead = context.req.method === 'HEAD';
    const sent = isHead ? discard(body) : body;
    const { outgoing, method = context.req.method } = context.env;
    if (isHead && method !== 'HEAD') announceNoBody(headers);
    addSecurityHeaders(headers);
    if (outgoing === undefined) return new Response(toResponseBody(sent, context), { status, headers });
    sendResponse(outgoing, sent, { status, headers });
    return ALREADY_SENT;
}

/** Stands for a response that was written to Node's response. */
const ALREADY_SENT = new Response(null);

/** Types that no browser renders as a page. Any other page could act with the engine's origin, so it gets no scripts and no origin. */
const INERT_CONTENT = new RegExp(
    '^(?:text/(?:plain|csv)|application/(?:json|jsonl|octet-stream|pdf|zip|gzip|vnd\\.openxmlformats[\\w.-]*)|' +
        '(?:audio|video)/[\\w.+-]+|image/(?:png|jpeg|gif|webp|avif|bmp))' +
        // A browser takes the last one of several types.
        '[ \\t]*(?:;[^,]*)?$',
    'i',
);

function addSecurityHeaders(headers: ResponseHeaders): void {
    const { 'content-type': contentType } = headers;
    if (contentType !== undefined && contentType !== JSON_TYPE && !INERT_CONTENT.test(contentType)) {
        headers['content-security-policy'] = 'sandbox';
    }
    headers['x-content-type-options'] = 'nosniff';
}

/** With `?method=HEAD`, the client of the GET would wait for an announced body, and decode it. */
function announceNoBody(headers: ResponseHeaders): void {
    delete headers['content-encoding'];
    headers['content-length'] = '0';
}

function discard(body: Body): null {
    if (!isBuffered(body)) Readable.from(body).destroy();
    return null;
}

type ResponseBody = ConstructorParameters<typeof Response>[0];

/** Casts, since the DOM types do not accept Node's streams. */
function toResponseBody(body: Body, { env, req }: ResponseContext): ResponseBody {
    if (isBuffered(body)) return body as ResponseBody;
    const stream = ReadableStream.from(body);
    if (env.access === undefined || req.raw === undefined) return stream as ResponseBody;
    return stream.pipeThrough(new TransformStream() as never, { signal: req.raw.signal }) as ResponseBody;
}

/** Responds with a value as JSON, without the envelope. */
export function jsonResponse(
    context: ResponseContext,
    value: unknown,
    status = 200,
    headers: ResponseHeaders = {},
): Response {
    headers['content-type'] = JSON_TYPE;
    return respond(context, JSON.stringify(value), { status, headers });
}

/** Responds with a value in the API's envelope: `{ data }`. */
export function dataResponse(
    context: ResponseContext,
    data: unknown,
    status = 200,
    headers: ResponseHeaders = {},
): Response {
    return jsonResponse(context, { data }, status, headers);
}

/** Responds without a body. */
export function emptyResponse(context: ResponseContext, status = 204): Response {
    return respond(context, null, { status });
}

/** Returns the header that makes a browser save the body, if requested. */
export function attachmentHeaders(isAttachment: boolean | undefined, fileName: string): ResponseHeaders {
    return isAttachment ? { 'content-disposition': `attachment; filename="${fileName}"` } : {};
}

/** Responds with the bytes of a record: as stored if the client accepts their encoding, else decompressed. */
export function recordResponse(
    c: ApiContext,
    record: RecordStream,
    { status = 200, headers = {} }: ResponseOptions = {},
): Response {
    const { contentType, contentEncoding, content, size } = record;
    const typed = { ...headers, 'content-type': contentType };
    const stored = { ...typed, 'content-length': String(size) };
    if (contentEncoding === undefined) return respond(c, content, { status, headers: stored });
    const vary = { vary: 'accept-encoding' };
    if (accepts(c.req.header('accept-encoding'), contentEncoding)) {
        return respond(c, content, { status, headers: { ...stored, ...vary, 'content-encoding': contentEncoding } });
    }
    return respond(c, decompressRecord(record).content, { status, headers: { ...typed, ...vary } });
}

/** True if a client accepts an encoding. Without the header none is accepted, although HTTP would allow any: such clients do not decode. */
function accepts(header: string | undefined, encoding: string): boolean {
    const weights = new Map(parseAccept(header ?? '').map(({ type, q }) => [type.toLowerCase(), q]));
    return (weights.get(encoding) ?? weights.get('*') ?? 0) > 0;
}

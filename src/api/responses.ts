import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { decompressRecord } from '../storage/key-value-store/decompress-record.js';
import { JSON_TYPE } from '../util/json/json.js';
import { parseAccept } from './context.js';
import { isWhole, sendResponse, type Body } from './send.js';
import type { RecordStream } from '../model/streams.js';
import type { ApiContext, Bindings } from './context.js';

/** Headers by their names in lower case. */
export type ResponseHeaders = Record<string, string>;

/** A request, as far as its answer depends on it. */
export interface RequestedResponse {
    readonly env: Pick<Bindings, 'access' | 'outgoing'>;
    readonly req: { readonly method: string; readonly raw?: Request };
}

/** The parts of an answer other than its body. */
export interface ResponseOptions {
    readonly status?: number;
    readonly headers?: ResponseHeaders;
}

/**
 * Answers with a body, or with none: by Node's response if the request has one, else by a `Response`.
 *
 * @param init - Its headers get those that every answer has.
 */
export function respond(
    asked: RequestedResponse,
    body: Body,
    { status = 200, headers = {} }: ResponseOptions,
): Response {
    if (body !== null && isWhole(body)) headers['content-length'] = String(Buffer.byteLength(body));
    const sent = asked.req.method === 'HEAD' ? giveUp(body) : body;
    const { outgoing } = asked.env;
    if (outgoing === undefined) return new Response(streamOf(sent, asked), { status, headers });
    sendResponse(outgoing, sent, { status, headers });
    return SENT;
}

/** The `Response` of answers that Node's response has got. */
const SENT = new Response(null);

function giveUp(body: Body): null {
    if (!isWhole(body)) Readable.from(body).destroy();
    return null;
}

type ResponseBody = ConstructorParameters<typeof Response>[0];

/** The types of browsers may be in force, which do not know streams of Node. */
function streamOf(body: Body, { env, req }: RequestedResponse): ResponseBody {
    if (isWhole(body)) return body as ResponseBody;
    const stream = ReadableStream.from(body);
    if (env.access === undefined || req.raw === undefined) return stream as ResponseBody;
    return stream.pipeThrough(new TransformStream() as never, { signal: req.raw.signal }) as ResponseBody;
}

/** Answers with a value as JSON, without the envelope. */
export function jsonResponse(
    asked: RequestedResponse,
    value: unknown,
    status = 200,
    headers: ResponseHeaders = {},
): Response {
    headers['content-type'] = JSON_TYPE;
    return respond(asked, JSON.stringify(value), { status, headers });
}

/** Answers with a value in the API's envelope: `{ data }`. */
export function dataResponse(
    asked: RequestedResponse,
    data: unknown,
    status = 200,
    headers: ResponseHeaders = {},
): Response {
    return jsonResponse(asked, { data }, status, headers);
}

/** Answers without a body. */
export function emptyResponse(asked: RequestedResponse, status = 204): Response {
    return respond(asked, null, { status });
}

/** The header that makes a browser save the body, if that is asked for. */
export function attachmentHeaders(isAttachment: boolean | undefined, fileName: string): ResponseHeaders {
    return isAttachment ? { 'content-disposition': `attachment; filename="${fileName}"` } : {};
}

/**
 * Answers with the bytes of a record under its own type: as they are stored if the client accepts their encoding, else
 * decompressed.
 */
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

/** True if a client accepts an encoding. One without the header does not decode, although HTTP would allow any. */
function accepts(header: string | undefined, encoding: string): boolean {
    const weights = new Map(parseAccept(header ?? '').map(({ type, q }) => [type.toLowerCase(), q]));
    return (weights.get(encoding) ?? weights.get('*') ?? 0) > 0;
}

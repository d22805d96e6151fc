import crypto from 'node:crypto';
import { EngineError } from '../../errors/engine-error.js';
import type { HttpMethod } from '../../model/api/storage.js';
import { show, didYouMean, formatChoice } from '../../util/check.js';
import { shortMessage } from '../dataset/item-json.js';
import { assertSize } from '../size-limit.js';

/** Length of the id of a request, as on the platform. */
const REQUEST_ID_LENGTH = 15;

const METHODS: ReadonlySet<string> = new Set<HttpMethod>([
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'DELETE',
    'TRACE',
    'OPTIONS',
    'CONNECT',
    'PATCH',
]);

/** A validated request, serialized for storage. */
export interface ValidRequest {
    id: string;
    uniqueKey: string;
    isHandled: boolean;
    /** The request as JSON, on one line. */
    text: string;
    /** Size of `text`. */
    bytes: number;
}

/**
 * Validates and copies a request. A missing `uniqueKey` becomes the URL.
 *
 * @throws `invalid-request` if a field is not valid, `request-id-invalid` if the id does not belong to the `uniqueKey`,
 * `request-too-large` above 9,437,184 bytes.
 */
export function validateRequest(path: string, request: unknown): ValidRequest {
    if (typeof request !== 'object' || request === null || Array.isArray(request)) {
        throw invalidRequest(path, request, 'an object with a `url`');
    }
    const { id: givenId, url, uniqueKey: givenKey, method, retryCount, handledAt } = request as Record<string, unknown>;
    if (typeof url !== 'string' || url === '') throw invalidRequest(`${path}.url`, url, 'a non-empty string');
    const uniqueKey = givenKey ?? url;
    if (typeof uniqueKey !== 'string' || uniqueKey === '') {
        throw invalidRequest(`${path}.uniqueKey`, uniqueKey, 'a non-empty string');
    }
    checkMethod(`${path}.method`, method);
    checkRetryCount(`${path}.retryCount`, retryCount);
    checkTime(`${path}.handledAt`, handledAt);
    const id = requestId(uniqueKey);
    if (givenId !== undefined && givenId !== null && givenId !== id) throw idMismatch(path, givenId, id, uniqueKey);
    const text = serializeRequest(path, request as Record<string, unknown>, id, uniqueKey);
    return { id, uniqueKey, isHandled: Boolean(handledAt), text, bytes: assertSize(`\`${path}\``, text) };
}

function checkMethod(path: string, method: unknown): void {
    if (method === undefined || method === null || (typeof method === 'string' && METHODS.has(method))) return;
    const hint = typeof method === 'string' ? didYouMean(method, METHODS).trim() : '';
    throw invalidRequest(path, method, formatChoice(METHODS), hint);
}

function checkRetryCount(path: string, count: unknown): void {
    if (count === undefined || count === null) return;
    if (!Number.isInteger(count) || (count as number) < 0) throw invalidRequest(path, count, 'a non-negative integer');
}

function checkTime(path: string, time: unknown): void {
    if (time === undefined || time === null || time === '') return;
    const millis = time instanceof Date ? time.getTime() : typeof time === 'string' ? Date.parse(time) : NaN;
    if (Number.isNaN(millis)) throw invalidRequest(path, time, 'an ISO time, or null');
}

/** Returns the request as JSON, with its id and `uniqueKey`. Avoids a copy of the request, which would dominate the cost. */
function serializeRequest(path: string, request: Record<string, unknown>, id: string, uniqueKey: string): string {
    const { id: givenId, uniqueKey: givenKey, toJSON } = request;
    if (typeof givenKey !== 'string' || givenId === null || toJSON !== undefined) {
        return stringify(path, { ...request, toJSON: undefined, id, uniqueKey });
    }
    const json = stringify(path, request);
    return givenId === undefined ? `{"id":"${id}",${json.slice(1)}` : json;
}

function stringify(path: string, request: object): string {
    try {
        return JSON.stringify(request);
    } catch (cause) {
        const message =
            `\`${path}\` cannot be written as JSON: ${shortMessage(cause)}. ` +
            'Its `userData` can contain strings, numbers, booleans, null, arrays and plain objects.';
        throw new EngineError('invalid-request', message, { details: { path }, cause });
    }
}

function invalidRequest(path: string, value: unknown, expected: string, remedy = ''): EngineError {
    const message = `\`${path}\` is ${show(value)}, but must be ${expected}. ${remedy}`.trimEnd();
    return new EngineError('invalid-request', message, { details: { path } });
}

function idMismatch(path: string, givenId: unknown, expectedId: string, uniqueKey: string): EngineError {
    const message =
        `\`${path}.id\` is ${show(givenId)}, but the id of a request with the uniqueKey ${show(uniqueKey)} is '${expectedId}'. ` +
        'Omit `id` when you add a request; do not change `uniqueKey` when you update one.';
    return new EngineError('request-id-invalid', message, { details: { id: show(givenId), uniqueKey } });
}

/** Returns the id of a request with a `uniqueKey`, which is the same in every queue. */
export function requestId(uniqueKey: string): string {
    return crypto.hash('sha256', uniqueKey, 'base64').replace(/[+/=]/g, '').slice(0, REQUEST_ID_LENGTH);
}

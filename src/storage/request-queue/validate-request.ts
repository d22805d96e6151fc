import { hash } from 'node:crypto';
import { EngineError } from '../../errors/engine-error.js';
import type { HttpMethod } from '../../model/api/storage.js';
import { show, didYouMean } from '../../util/check.js';
import { shortMessage } from '../dataset/item-json.js';
import { assertSize } from '../size-limit.js';

/** How many characters the id of a request has, as on the platform. */
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

/** A request that a queue can take, as the text that it will be kept as. */
export interface ValidRequest {
    id: string;
    uniqueKey: string;
    isHandled: boolean;
    /** JSON, on one line. */
    text: string;
    /** Size of `text`. */
    bytes: number;
}

/**
 * Checks a request that is handed in, and copies it. A missing `uniqueKey` becomes the URL.
 *
 * @throws `invalid-request` for what a request cannot be, `request-id-invalid` for an id that does not belong to its
 * `uniqueKey`, `request-too-large` above 9,437,184 bytes.
 */
export function validateRequest(path: string, request: unknown): ValidRequest {
    if (typeof request !== 'object' || request === null || Array.isArray(request)) {
        throw invalidRequest(path, request, 'an object with a `url`');
    }
    const { id: givenId, url, uniqueKey: givenKey, method, retryCount, handledAt } = request as Record<string, unknown>;
    if (typeof url !== 'string' || url === '') throw invalidRequest(`${path}.url`, url, 'a text that is not empty');
    const uniqueKey = givenKey ?? url;
    if (typeof uniqueKey !== 'string' || uniqueKey === '') {
        throw invalidRequest(`${path}.uniqueKey`, uniqueKey, 'a text that is not empty');
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
    throw invalidRequest(path, method, `one of ${[...METHODS].join(', ')}`, hint);
}

function checkRetryCount(path: string, count: unknown): void {
    if (count === undefined || count === null) return;
    if (!Number.isInteger(count) || (count as number) < 0)
        throw invalidRequest(path, count, 'a whole number, 0 or more');
}

function checkTime(path: string, time: unknown): void {
    if (time === undefined || time === null || time === '') return;
    const millis = time instanceof Date ? time.getTime() : typeof time === 'string' ? Date.parse(time) : NaN;
    if (Number.isNaN(millis)) throw invalidRequest(path, time, 'an ISO time, or null');
}

/** The request as JSON, with its id and `uniqueKey`. Copying it to add the id would take longer than all the rest. */
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
            'Its `userData` can hold texts, numbers, booleans, null, arrays and plain objects.';
        throw new EngineError('invalid-request', message, { details: { path }, cause });
    }
}

function invalidRequest(path: string, value: unknown, expected: string, remedy = ''): EngineError {
    const message = `\`${path}\` is ${show(value)}, but must be ${expected}. ${remedy}`.trimEnd();
    return new EngineError('invalid-request', message, { details: { path } });
}

function idMismatch(path: string, given: unknown, right: string, uniqueKey: string): EngineError {
    const message =
        `\`${path}.id\` is ${show(given)}, but the id of a request with the uniqueKey ${show(uniqueKey)} is '${right}'. ` +
        'Leave `id` out when you add a request; do not change `uniqueKey` when you update one.';
    return new EngineError('request-id-invalid', message, { details: { id: show(given), uniqueKey } });
}

/** The id that a request with this `uniqueKey` has in every queue. */
export function requestId(uniqueKey: string): string {
    return hash('sha256', uniqueKey, 'base64').replace(/[+/=]/g, '').slice(0, REQUEST_ID_LENGTH);
}

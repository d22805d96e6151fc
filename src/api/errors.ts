import { apiMessage, EngineError, isEngineError } from '../errors/engine-error.js';
import { remedyIn, withRemedy, type Remedy } from '../errors/remedies.js';
import { serializeError } from '../errors/serialize.js';
import { jsonResponse, type RequestedResponse } from './responses.js';
import type { ApiContext } from './context.js';

/** An error that only HTTP has, such as a path that leads nowhere; `EngineError` has codes for all others. */
export class HttpError extends Error {
    readonly statusCode: number;
    /** The `error.type` of the answer. */
    readonly type: string;

    /** The advice that ends the message; in the `data` of the response. */
    readonly remedy: Remedy | undefined;

    constructor(statusCode: number, type: string, problem: string, remedy?: Remedy) {
        super(withRemedy(problem, remedy));
        this.name = 'ApiRefusal';
        this.statusCode = statusCode;
        this.type = type;
        this.remedy = remedy;
    }
}

/** Errors whose `data` lists what is wrong: items, or fields of an input. */
const WITH_DETAILS: ReadonlySet<string> = new Set(['schema-validation-error', 'invalid-input']);

/** Answers with anything that was thrown, in the API's shape: `{ error: { type, message } }`. An unknown error is a bug. */
export function errorResponse(asked: RequestedResponse, thrown: unknown): Response {
    if (thrown instanceof HttpError) {
        const { statusCode, type, message, remedy } = thrown;
        return jsonResponse(asked, { error: { type, message, ...dataOf(remedy) } }, statusCode);
    }
    if (isEngineError(thrown)) {
        // The API does not tell kinds of missing things apart, and clients look for this one only.
        const type = thrown.code === 'actor-not-found' ? 'record-not-found' : thrown.code;
        const data = WITH_DETAILS.has(type) ? { data: thrown.details } : dataOf(remedyIn(thrown.details));
        return jsonResponse(asked, { error: { type, message: apiMessage(thrown), ...data } }, thrown.statusCode);
    }
    const message = `The engine could not answer: ${serializeError(thrown).message}. This is a bug in greenroom.`;
    return jsonResponse(asked, { error: { type: 'internal-error', message } }, 500);
}

function dataOf(remedy: Remedy | undefined): { data?: { remedy: Remedy } } {
    return remedy === undefined ? {} : { data: { remedy } };
}

/** Returns the value; throws `record-not-found` if there is none. */
export function orNotFound<T>(value: T | undefined, kind: string, { req }: ApiContext): T {
    if (value !== undefined) return value;
    throw new EngineError(
        'record-not-found',
        `${kind} was not found: \`${req.path}\` leads to none. It may have been deleted, or is known by another name.`,
        { details: { path: req.path } },
    );
}

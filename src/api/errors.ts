import { apiMessage, EngineError, isEngineError } from '../errors/engine-error.js';
import { remedyIn, withRemedy, type Remedy } from '../errors/remedies.js';
import { serializeError } from '../errors/serialize.js';
import { jsonResponse, type ResponseContext } from './responses.js';
import type { ApiContext } from './context.js';

/** An error that only exists over HTTP, such as an unknown path. All other errors are an `EngineError`. */
export class HttpError extends Error {
    readonly statusCode: number;
    /** The `error.type` of the response. */
    readonly type: string;

    /** The advice that ends the message; in the `data` of the response. */
    readonly remedy: Remedy | undefined;

    constructor(statusCode: number, type: string, problem: string, remedy?: Remedy) {
        super(withRemedy(problem, remedy));
        this.name = 'HttpError';
        this.statusCode = statusCode;
        this.type = type;
        this.remedy = remedy;
    }
}

/** Errors whose `data` lists the invalid items, or the invalid fields of an input. */
const WITH_DETAILS: ReadonlySet<string> = new Set(['schema-validation-error', 'invalid-input']);

/** Creates the response for anything that was thrown: `{ error: { type, message } }`. An unknown error is a bug. */
export function errorResponse(context: ResponseContext, thrown: unknown): Response {
    if (thrown instanceof HttpError) {
        const { statusCode, type, message, remedy } = thrown;
        return jsonResponse(context, { error: { type, message, ...remedyData(remedy) } }, statusCode);
    }
    if (isEngineError(thrown)) {
        // The API has one type for all missing resources, which clients check for.
        const type = thrown.code === 'actor-not-found' ? 'record-not-found' : thrown.code;
        const data = WITH_DETAILS.has(type) ? { data: thrown.details } : remedyData(remedyIn(thrown.details));
        return jsonResponse(context, { error: { type, message: apiMessage(thrown), ...data } }, thrown.statusCode);
    }
    const message = `Internal error: ${serializeError(thrown).message}. This is a bug in greenroom.`;
    return jsonResponse(context, { error: { type: 'internal-error', message } }, 500);
}

function remedyData(remedy: Remedy | undefined): { data?: { remedy: Remedy } } {
    return remedy === undefined ? {} : { data: { remedy } };
}

/** Returns the value; throws `record-not-found` if it is undefined. */
export function orNotFound<T>(value: T | undefined, kind: string, { req }: ApiContext): T {
    if (value !== undefined) return value;
    throw new EngineError(
        'record-not-found',
        `${kind} was not found at \`${req.path}\`. Check the id or name; it may have been deleted.`,
        { details: { path: req.path } },
    );
}

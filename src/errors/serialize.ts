import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.js';
import { EngineError, isEngineError } from './engine-error.js';

/** An error as plain data, to be sent between threads or written to a log. */
export interface SerializedError {
    name: string;
    message: string;
    stack?: string;
    code?: string;
    details?: Record<string, unknown>;
    cause?: SerializedError;
}

const MAX_CAUSES = 8;

/** Turns any thrown value into plain data. Never throws. */
export function serializeError(thrown: unknown, depth = 0): SerializedError {
    if (typeof thrown !== 'object' || thrown === null) {
        const prefix = depth === 0 ? 'A value that is not an error was thrown: ' : '';
        return { name: 'Error', message: `${prefix}${describe(thrown)}` };
    }
    const error = thrown as Partial<EngineError & AggregateError>;
    const cause = depth < MAX_CAUSES ? causeOf(error) : undefined;
    return {
        name: text(error.name) ?? 'Error',
        message: messageOf(error),
        stack: text(error.stack),
        code: text(error.code),
        details: isEngineError(thrown) ? thrown.details : undefined,
        cause: cause === undefined ? undefined : serializeError(cause, depth + 1),
    };
}

/** Creates an error of this realm from plain data. A known code becomes an {@link EngineError}. */
export function deserializeError(data: SerializedError): Error {
    const cause = data.cause && deserializeError(data.cause);
    if (data.code !== undefined && data.name === 'EngineError' && data.code in ERROR_CATALOGUE) {
        return new EngineError(data.code as ErrorCode, data.message, { details: data.details, cause });
    }
    const error = new Error(data.message, cause && { cause });
    error.name = data.name;
    if (data.stack !== undefined) error.stack = data.stack;
    if (data.code !== undefined) Object.assign(error, { code: data.code });
    return error;
}

function messageOf(error: Partial<AggregateError>): string {
    // Node's error for a host with several addresses has no message of its own.
    const message = text(error.message);
    return (message === '' ? joinErrors(error.errors) : undefined) ?? message ?? describe(error);
}

function causeOf(error: Partial<AggregateError>): unknown {
    return error.cause ?? (error.message ? joinErrors(error.errors) : undefined);
}

/** Returns the messages of the errors of an `AggregateError`. */
function joinErrors(errors: unknown): string | undefined {
    if (!Array.isArray(errors) || errors.length === 0) return undefined;
    return errors
        .slice(0, MAX_CAUSES)
        .map((error) => serializeError(error, MAX_CAUSES).message)
        .join('; ');
}

function text(value: unknown): string | undefined {
    return typeof value === 'string' ? value : undefined;
}

function describe(value: unknown): string {
    try {
        return typeof value === 'object' ? (JSON.stringify(value) ?? '[object]') : String(value);
    } catch {
        return Object.prototype.toString.call(value);
    }
}

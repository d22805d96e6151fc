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
        return { name: 'Error', message: `A value that is not an error was thrown: ${describe(thrown)}` };
    }
    const error = thrown as Partial<EngineError>;
    return {
        name: text(error.name) ?? 'Error',
        message: text(error.message) ?? describe(thrown),
        stack: text(error.stack),
        code: text(error.code),
        details: isEngineError(thrown) ? thrown.details : undefined,
        cause: error.cause === undefined || depth >= MAX_CAUSES ? undefined : serializeError(error.cause, depth + 1),
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

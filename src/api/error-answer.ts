import { apiMessage, isEngineError } from '../errors/engine-error.js';
import { serializeError } from '../errors/serialize.js';
import { jsonAnswer } from './answers.js';
import { ApiRefusal } from './api-refusal.js';

/** Errors that tell in `data` what of something larger is not right: which items, or which fields of an input. */
const WITH_DETAILS: ReadonlySet<string> = new Set(['schema-validation-error', 'invalid-input']);

/** Turns whatever was thrown into an answer. What is no known error is a bug of the engine: status 500. */
export function errorAnswer(thrown: unknown): Response {
    if (thrown instanceof ApiRefusal) return answer(thrown.statusCode, thrown.type, thrown.message);
    if (isEngineError(thrown)) {
        // The API does not tell kinds of missing things apart, and clients look for this one only.
        const type = thrown.code === 'actor-not-found' ? 'record-not-found' : thrown.code;
        const data = WITH_DETAILS.has(type) ? { data: thrown.details } : {};
        return jsonAnswer({ error: { type, message: apiMessage(thrown), ...data } }, thrown.statusCode);
    }
    const { message } = serializeError(thrown);
    return answer(500, 'internal-error', `The engine could not answer: ${message}. This is a bug in greenroom.`);
}

function answer(status: number, type: string, message: string): Response {
    return jsonAnswer({ error: { type, message } }, status);
}

import { ERROR_CATALOGUE, type ErrorCode } from '../../errors/catalogue.js';
import { EngineError } from '../../errors/engine-error.js';
import type { ApiDoor } from './api-door.js';

interface ErrorBody {
    readonly error?: { readonly type?: unknown; readonly message?: unknown };
}

/** What the API has refused, in its own words, with its code where there is one of that name. */
export async function apiFailure(response: Response, door: ApiDoor): Promise<EngineError> {
    const text = await response.text();
    const { type, message } = readError(text);
    const said = message ?? `${door.place} answered with the status ${response.status}, and not as an engine would.`;
    const details = { statusCode: response.status, ...(type !== undefined && { type }) };
    const remedy =
        response.status === 401 && door.kind === 'server'
            ? ' Give the token that the server printed at its start: --token TOKEN, or GREENROOM_TOKEN.'
            : '';
    return new EngineError(isCode(type) ? type : 'api-refused', said + remedy, { details });
}

/** The error for a server that does not answer at all. */
export function unreachable(door: ApiDoor, cause: unknown): EngineError {
    const reason = reasonOf(cause);
    const message =
        `Nothing answers at ${door.place}${reason === undefined ? '' : ` (${reason})`}. ` +
        'Start one there with `greenroom dev`, or leave --url and GREENROOM_URL out to use the storage directory.';
    return new EngineError('server-unreachable', message, { details: { url: door.baseUrl }, cause });
}

function readError(text: string): { type?: string; message?: string } {
    try {
        const { error } = JSON.parse(text) as ErrorBody;
        return {
            ...(typeof error?.type === 'string' && { type: error.type }),
            ...(typeof error?.message === 'string' && { message: error.message }),
        };
    } catch {
        return {};
    }
}

function isCode(type: string | undefined): type is ErrorCode {
    return type !== undefined && Object.hasOwn(ERROR_CATALOGUE, type);
}

function reasonOf(cause: unknown): string | undefined {
    const { code, cause: inner } = Object(cause) as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') return code;
    return inner === undefined ? undefined : reasonOf(inner);
}

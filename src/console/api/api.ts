import { clearToken, token } from '../signals/token.js';

/** An error of the API, with its message, or a failure to reach the API. */
export class ApiError extends Error {
    override readonly name = 'ApiError';
    /** The API's `error.type`, or `offline` without a response. */
    readonly type: string;
    /** HTTP status; 0 without a response. */
    readonly status: number;
    /** Plain data about the error, such as the invalid fields of an input. */
    readonly data: unknown;

    constructor(type: string, status: number, message: string, data?: unknown) {
        super(message);
        this.type = type;
        this.status = status;
        this.data = data;
    }
}

export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

export function isNotFound(error: unknown): boolean {
    return error instanceof ApiError && error.status === 404;
}

/** Returns the result of a call; undefined if the API responds with 404. */
export function ifFound<T>(call: Promise<T>): Promise<T | undefined> {
    return call.catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
        return undefined;
    });
}

/** Query parameters; undefined and the empty string are left out. */
export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

interface ApiOptions {
    readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
    readonly query?: QueryValues;
    readonly json?: unknown;
    /** Sent unchanged, with the content type in `headers`. */
    readonly body?: BodyInit;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
}

/**
 * Calls the API and returns the data in its envelope.
 *
 * @param path - Below `/v2`: `/acts/ID`.
 * @throws ApiError with the message of the API, or of type `offline` without a response.
 *
 * @example
 * const run = await api<Run>(`/actor-runs/${id}`);
 */
export async function api<Data>(path: string, options: ApiOptions = {}): Promise<Data> {
    const response = await apiResponse(path, options);
    const text = await response.text();
    return (text === '' ? undefined : (JSON.parse(text) as { data: Data }).data) as Data;
}

/** As {@link api}, for responses without the envelope: items, records, logs. */
export async function apiResponse(path: string, options: ApiOptions = {}): Promise<Response> {
    const { method = 'GET', json, headers = {}, signal } = options;
    const usedToken = token.value ?? '';
    const body = json === undefined ? options.body : JSON.stringify(json);
    const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(apiUrl(path, options.query), {
        method,
        headers: { authorization: `Bearer ${usedToken}`, ...type, ...headers },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
    }).catch((error: unknown) => {
        if (signal?.aborted) throw error;
        const message = `Cannot reach ${location.origin}. Check that the engine is running and listening.`;
        throw new ApiError('offline', 0, message);
    });
    if (response.ok) return response;
    const error = await toApiError(response);
    if (response.status === 401 && token.value === usedToken) clearToken(error.message);
    throw error;
}

/** Returns a URL of the API, without the token. */
export function apiUrl(path: string, query: QueryValues = {}): string {
    const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    const search = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
    return `/v2${path}${search === '' ? '' : `?${search}`}`;
}

async function toApiError(response: Response): Promise<ApiError> {
    const { status } = response;
    try {
        const { error } = (await response.json()) as { error: { type: string; message: string; data?: unknown } };
        return new ApiError(error.type, status, error.message, error.data);
    } catch {
        return new ApiError('no-response', status, `The engine responded with status ${status}.`);
    }
}

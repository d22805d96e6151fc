import { dropToken, token } from '../signals/token.js';

/** Why the API did not do what it was asked for: its own words, or that it cannot be reached. */
export class ApiError extends Error {
    override readonly name = 'ApiError';
    /** The API's `error.type`, or `offline` where no answer came. */
    readonly type: string;
    /** 0 where no answer came. */
    readonly status: number;
    /** Plain data about what went wrong, as the fields of an input that are not right. */
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

/** Returns what a call answers; undefined where nothing is at its path. */
export function ifFound<T>(answer: Promise<T>): Promise<T | undefined> {
    return answer.catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
        return undefined;
    });
}

/** What a query can be made of; undefined and the empty text are left out. */
export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

interface ApiOptions {
    readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
    readonly query?: QueryValues;
    readonly json?: unknown;
    /** Sent as it is, under the type in `headers`. */
    readonly body?: BodyInit;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the API and returns what is in its envelope.
 *
 * @param path - Below `/v2`: `/acts/ID`.
 * @throws ApiError with the message of the API, or of type `offline` when nothing answers.
 *
 * @example
 * const run = await api<Run>(`/actor-runs/${id}`);
 */
export async function api<Data>(path: string, options: ApiOptions = {}): Promise<Data> {
    const answer = await apiAnswer(path, options);
    const text = await answer.text();
    return (text === '' ? undefined : (JSON.parse(text) as { data: Data }).data) as Data;
}

/** As {@link api}, for answers that are no records: items, records, logs. */
export async function apiAnswer(path: string, options: ApiOptions = {}): Promise<Response> {
    const { method = 'GET', json, headers = {}, signal } = options;
    const usedToken = token.value ?? '';
    const body = json === undefined ? options.body : JSON.stringify(json);
    const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(apiUrl(path, options.query), {
        method,
        headers: { authorization: `Bearer ${usedToken}`, ...type, ...headers },
        ...(body !== undefined && { body }),
        ...(signal && { signal }),
    }).catch((error: unknown) => {
        if (signal?.aborted) throw error;
        const message = `Cannot reach ${location.origin}. Check that the engine is running and listening.`;
        throw new ApiError('offline', 0, message);
    });
    if (answer.ok) return answer;
    const error = await errorOf(answer);
    if (answer.status === 401 && token.value === usedToken) dropToken(error.message);
    throw error;
}

/** The URL of something in the API, without the token. */
export function apiUrl(path: string, query: QueryValues = {}): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return `/v2${path}${search === '' ? '' : `?${search}`}`;
}

async function errorOf(answer: Response): Promise<ApiError> {
    const { status } = answer;
    try {
        const { error } = (await answer.json()) as { error: { type: string; message: string; data?: unknown } };
        return new ApiError(error.type, status, error.message, error.data);
    } catch {
        return new ApiError('no-answer', status, `The engine answered with the status ${status}.`);
    }
}

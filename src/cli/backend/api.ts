import { ERROR_CATALOGUE, type ErrorCode } from '../../errors/catalogue.js';
import { EngineError, isEngineError } from '../../errors/engine-error.js';
import { remedyIn } from '../../errors/remedies.js';
import { errnoOf } from '../../storage/file/fs-error.js';
import { parseJson } from '../../util/json/json.js';
import type { Page } from '../../model/api/page.js';
import type { Engine } from '../../engine/engine.js';

/** The address and token of a server. */
export interface ServerAddress {
    /** Without a trailing slash. */
    readonly url: string;
    readonly token: string;
}

/** Parameters of a query; undefined ones are left out. */
export type ApiQuery = Readonly<Record<string, string | number | boolean | undefined>>;

interface ApiRequest {
    readonly query?: ApiQuery;
    /** Sent as JSON; text and bytes are sent unchanged, with `contentType`. */
    readonly body?: unknown;
    /** Default: `application/json`. */
    readonly contentType?: string;
}

/** A record as the API sends it: times are ISO strings. */
export type AsJson<T> = T extends Date
    ? string
    : T extends readonly (infer Item)[]
      ? AsJson<Item>[]
      : T extends object
        ? { [Key in keyof T]: AsJson<T[Key]> }
        : T;

const PAGE_SIZE = 1000;

/**
 * API v2 of an engine, in this process or over HTTP. Paths are relative to `/v2/` and must be encoded. An error response is thrown
 * as an EngineError with the API's message.
 *
 * @example
 * const run = await api.get<AsJson<Run>>(apiPath('actor-runs', id));
 */
export class Api {
    readonly #address: ServerAddress;
    /** The engine, if it is in this process. */
    readonly engine: Engine | undefined;
    /** The storage directory or the URL of the server, for messages. */
    readonly location: string;

    constructor(address: ServerAddress, engine?: Engine, location = address.url) {
        this.#address = address;
        this.engine = engine;
        this.location = location;
    }

    /** Returns the `data` of a response. */
    async get<Data>(path: string, query?: ApiQuery): Promise<Data> {
        return readData(await this.request('GET', path, { query }));
    }

    /** Returns the `data` of a response, or undefined for a record that does not exist. */
    find<Data>(path: string, query?: ApiQuery): Promise<Data | undefined> {
        return ifFound(this.get<Data>(path, query));
    }

    async post<Data>(path: string, request: ApiRequest = {}): Promise<Data> {
        return readData(await this.request('POST', path, request));
    }

    async put<Data>(path: string, request: ApiRequest = {}): Promise<Data> {
        return readData(await this.request('PUT', path, request));
    }

    async delete(path: string): Promise<void> {
        await (await this.request('DELETE', path)).body?.cancel();
    }

    /** Returns all entries of a list. */
    async list<Item>(path: string, query: ApiQuery = {}): Promise<Item[]> {
        const all: Item[] = [];
        for (;;) {
            const page = await this.get<Page<Item>>(path, { ...query, offset: all.length, limit: PAGE_SIZE });
            all.push(...page.items);
            if (page.items.length === 0 || all.length >= page.total) return all;
        }
    }

    /** Sends a request and returns the successful response. */
    async request(method: string, path: string, request: ApiRequest = {}): Promise<Response> {
        const { query = {}, body, contentType = 'application/json' } = request;
        const url = new URL(`${this.#address.url}/v2/${path}`);
        for (const [name, value] of Object.entries(query))
            if (value !== undefined) url.searchParams.set(name, String(value));
        const isRaw = typeof body === 'string' || body instanceof Uint8Array;
        const headers = {
            authorization: `Bearer ${this.#address.token}`,
            ...(body !== undefined && { 'content-type': contentType }),
        };
        const sent = new Request(url, { method, headers, body: isRaw ? (body as BodyInit) : JSON.stringify(body) });
        const response = await (this.engine?.fetch(sent) ??
            fetch(sent).catch((error) => this.#throwUnreachable(error)));
        if (response.ok) return response;
        throw await this.#toError(response);
    }

    async #toError(response: Response): Promise<EngineError> {
        const { status: statusCode } = response;
        const { error } = Object(parseJson(await response.text())) as {
            error?: { type?: unknown; message?: unknown; data?: Record<string, unknown> };
        };
        const type = typeof error?.type === 'string' && typeof error.message === 'string' ? error.type : undefined;
        const message =
            type === undefined
                ? `${this.location} responded with status ${statusCode}, and is not a greenroom server.`
                : String(error?.message);
        const code = type !== undefined && Object.hasOwn(ERROR_CATALOGUE, type) ? (type as ErrorCode) : 'api-refused';
        const remedy = remedyIn(error?.data);
        const details = { statusCode, ...(type !== undefined && { type }), ...(remedy !== undefined && { remedy }) };
        return new EngineError(code, message, { details });
    }

    #throwUnreachable(cause: unknown): never {
        const { url } = this.#address;
        // The code is in the cause of the error of `fetch`.
        const reason = errnoOf((cause as Error).cause);
        const message =
            `Cannot reach a server at ${url}${reason === undefined ? '' : ` (${reason})`}. ` +
            'Start one there with `greenroom dev`, or leave out --url and GREENROOM_URL to use the storage directory.';
        throw new EngineError('server-unreachable', message, { details: { url }, cause });
    }
}

/** Encodes the segments of a path: `apiPath('actor-runs', id, 'log')`. */
export function apiPath(...segments: readonly string[]): string {
    if (segments.includes('')) {
        // The path would lead to another resource.
        throw new EngineError('invalid-value', 'An id, name or key on the command line is empty.');
    }
    return segments.map((segment) => encodeURIComponent(segment)).join('/');
}

/** Encodes a path with an id or name, where `owner/name` is one segment. */
export function referencePath(kind: string, reference: string, ...more: readonly string[]): string {
    return apiPath(kind, reference.replace('/', '~'), ...more);
}

/** Returns the result of a request, or undefined if the API responds with 404. */
export async function ifFound<Result>(request: Promise<Result>): Promise<Result | undefined> {
    return request.catch((error: unknown) => {
        if (isEngineError(error) && (error.statusCode === 404 || error.details['statusCode'] === 404)) return undefined;
        throw error;
    });
}

async function readData<Data>(response: Response): Promise<Data> {
    const text = await response.text();
    return text === '' ? (undefined as Data) : (JSON.parse(text) as { data: Data }).data;
}

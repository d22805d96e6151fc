import { isEngineError } from '../../errors/engine-error.js';
import { apiFailure, unreachable } from './api-failure.js';
import type { ApiDoor } from './api-door.js';

/** Parameters of a query; those that are undefined are left out. */
export type ApiQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a request may have besides its path. */
export interface ApiRequest {
    readonly query?: ApiQuery;
    /** Sent as JSON; text and bytes as they are, with `contentType`. */
    readonly body?: unknown;
    /** Default: `application/json`. */
    readonly contentType?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
}

/** A list as the API answers it. */
export interface ApiPage<Item> {
    readonly items: readonly Item[];
    readonly total: number;
    readonly offset: number;
    readonly limit: number;
    readonly count: number;
}

/** How much of a list is wanted. */
export interface ApiListRequest {
    readonly query?: ApiQuery;
    /** Default: 0. */
    readonly offset?: number;
    /** Default: all there are. */
    readonly limit?: number;
    readonly signal?: AbortSignal;
}

const PAGE_SIZE = 1000;

/**
 * API v2 of an engine, whichever way it is reached. Paths begin after `/v2/`; what is in them must be encoded. What the API
 * refuses is thrown as an EngineError with the API's own message.
 *
 * @example
 * const run = await api.get<AsJson<Run>>(`actor-runs/${encodeURIComponent(id)}`);
 */
export class Api {
    readonly door: ApiDoor;

    constructor(door: ApiDoor) {
        this.door = door;
    }

    /** The `data` of an answer. */
    async get<Data>(path: string, request: ApiRequest = {}): Promise<Data> {
        return dataOf(await this.request('GET', path, request));
    }

    /** As {@link Api.get}; undefined for what does not exist. */
    async find<Data>(path: string, request: ApiRequest = {}): Promise<Data | undefined> {
        try {
            return await this.get<Data>(path, request);
        } catch (error) {
            if (isEngineError(error) && (error.statusCode === 404 || error.details['statusCode'] === 404))
                return undefined;
            throw error;
        }
    }

    async post<Data>(path: string, request: ApiRequest = {}): Promise<Data> {
        return dataOf(await this.request('POST', path, request));
    }

    async put<Data>(path: string, request: ApiRequest = {}): Promise<Data> {
        return dataOf(await this.request('PUT', path, request));
    }

    async delete(path: string, request: ApiRequest = {}): Promise<void> {
        await (await this.request('DELETE', path, request)).body?.cancel();
    }

    /** One page of a list. */
    async page<Item>(path: string, { query, offset, limit, signal }: ApiListRequest = {}): Promise<ApiPage<Item>> {
        return this.get<ApiPage<Item>>(path, { query: { ...query, offset, limit }, signal });
    }

    /** The entries of a list, page after page. */
    async *list<Item>(path: string, request: ApiListRequest = {}): AsyncGenerator<Item> {
        const { offset = 0, limit = Number.POSITIVE_INFINITY } = request;
        let taken = 0;
        while (taken < limit) {
            const page = await this.page<Item>(path, {
                ...request,
                offset: offset + taken,
                limit: Math.min(PAGE_SIZE, limit - taken),
            });
            yield* page.items;
            taken += page.items.length;
            if (page.items.length === 0 || offset + taken >= page.total) return;
        }
    }

    /** A body as text, as it comes: of logs, that of a run that goes on grows until its end. */
    async *text(path: string, request: ApiRequest = {}): AsyncGenerator<string> {
        const { body } = await this.request('GET', path, request);
        if (body === null) return;
        const decoder = new TextDecoder();
        for await (const chunk of body as unknown as AsyncIterable<Uint8Array>)
            yield decoder.decode(chunk, { stream: true });
        yield decoder.decode();
    }

    /**
     * The answer itself, which is one that is well.
     *
     * @throws EngineError `server-unreachable`, or what the API has refused.
     */
    async request(method: string, path: string, request: ApiRequest = {}): Promise<Response> {
        const { query = {}, body, contentType = 'application/json', headers, signal } = request;
        const url = new URL(`${this.door.baseUrl}/v2/${path}`);
        for (const [name, value] of Object.entries(query))
            if (value !== undefined) url.searchParams.set(name, String(value));
        const isRaw = typeof body === 'string' || body instanceof Uint8Array;
        const made = new Request(url, {
            method,
            headers: {
                authorization: `Bearer ${this.door.token}`,
                ...(body !== undefined && { 'content-type': contentType }),
                ...headers,
            },
            ...(body !== undefined && { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
            ...(signal && { signal }),
        });
        const response = await this.#send(made, signal);
        if (response.ok) return response;
        throw await apiFailure(response, this.door);
    }

    async #send(request: Request, signal: AbortSignal | undefined): Promise<Response> {
        try {
            return await this.door.fetch(request);
        } catch (error) {
            if (signal?.aborted || this.door.kind === 'directory') throw error;
            throw unreachable(this.door, error);
        }
    }
}

async function dataOf<Data>(response: Response): Promise<Data> {
    const text = await response.text();
    return text === '' ? (undefined as Data) : (JSON.parse(text) as { data: Data }).data;
}

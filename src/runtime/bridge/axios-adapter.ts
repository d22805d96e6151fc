import { Readable } from 'node:stream';
import { readBody } from '../body-stream.js';
import type { ApiCall, ApiResponse } from '../../protocol/api.js';
import type { Axios } from './packages.js';

/** What axios hands to an adapter, as far as it matters here. */
interface AxiosConfig {
    method?: string;
    data?: unknown;
    headers?: { toJSON?(): Record<string, unknown> } & Record<string, unknown>;
    responseType?: string;
    validateStatus?: unknown;
    timeout?: number;
    signal?: AbortSignal;
}

type Adapter = (config: AxiosConfig) => Promise<object>;

/** Which requests go to the engine, and how. */
export interface ApiRoute {
    hosts: readonly string[];
    answer: ApiCall;
}

/** As {@link ApiRoute}, for who is asked anew for each request. */
interface AxiosRoute {
    isForEngine(host: string): boolean;
    answer: ApiCall;
}

/**
 * Lets the requests of an `apify-client` travel to the engine as messages. They would get there by the network guard, too;
 * without sockets, parsers and agents in between they take a third of the time.
 */
export function routeAxios(axios: Axios, route: AxiosRoute): void {
    const usual = axios.defaults.adapter;
    const others: Adapter = (config) => {
        if (axios.getAdapter === undefined) throw new TypeError('This version of axios has no `getAdapter`.');
        return axios.getAdapter(usual)(config);
    };
    axios.defaults.adapter = (config: AxiosConfig): Promise<object> => {
        const url = new URL(axios.getUri(config), 'http://localhost');
        // The client judges statuses by itself. Whoever wants axios to do so is another user of the same axios.
        const isClient = config.validateStatus === null || config.validateStatus === undefined;
        return isClient && route.isForEngine(url.hostname) ? send(url, config, route.answer) : others(config);
    };
}

async function send(url: URL, config: AxiosConfig, answer: ApiCall): Promise<object> {
    config.signal?.throwIfAborted();
    const request = {
        method: (config.method ?? 'get').toUpperCase(),
        path: `${url.pathname}${url.search}`,
        headers: headersOf(config),
        body: await bodyOf(config.data),
    };
    const response = await within(config, answer(request));
    const data = config.responseType === 'stream' ? Readable.from(response.body) : await readBody(response.body);
    return {
        data: config.responseType === 'stream' || config.responseType === 'arraybuffer' ? data : String(data),
        status: response.status,
        statusText: '',
        headers: response.headers,
        config,
        request: {},
    };
}

function headersOf({ headers = {} }: AxiosConfig): Record<string, string> {
    const plain = typeof headers.toJSON === 'function' ? headers.toJSON() : headers;
    const entries = Object.entries(plain).filter(([, value]) => value !== undefined && value !== null);
    const sent = Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)]));
    // It is the adapter that decodes, and this one does not.
    delete sent['accept-encoding'];
    return sent;
}

async function bodyOf(data: unknown): Promise<Uint8Array | undefined> {
    if (data === undefined || data === null) return undefined;
    if (typeof data === 'string') return Buffer.from(data);
    if (data instanceof ArrayBuffer) return new Uint8Array(data);
    if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (typeof data === 'object' && Symbol.asyncIterator in data) {
        return readBody(data as AsyncIterable<Uint8Array>);
    }
    return Buffer.from(String(data));
}

/** Gives the answer up where axios would: after its timeout, or when its signal is aborted. */
function within({ timeout = 0, signal }: AxiosConfig, work: Promise<ApiResponse>): Promise<ApiResponse> {
    if (timeout === 0 && signal === undefined) return work;
    return new Promise((resolve, reject) => {
        const giveUp = (): void => reject(signal?.reason as Error);
        const timer =
            timeout > 0
                ? setTimeout(() => reject(timeoutError(timeout)), Math.min(timeout, MAX_TIMER_MILLIS))
                : undefined;
        timer?.unref();
        signal?.addEventListener('abort', giveUp, { once: true });
        work.then(resolve, reject).finally(() => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', giveUp);
        });
    });
}

const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/** With the code that axios gives it, by which the client knows it. */
function timeoutError(millis: number): Error {
    return Object.assign(new Error(`timeout of ${millis}ms exceeded`), { code: 'ECONNABORTED' });
}

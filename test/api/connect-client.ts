import { Readable } from 'node:stream';
import { ApifyClient, type ApifyClientOptions } from 'apify-client';
import { handleTrustedRequest } from '../../src/api/api.js';
import type { Client } from '../../src/model/client/client.js';

/** The used part of the configuration that an axios adapter receives. */
interface HttpConfig {
    url: string;
    method: string;
    params?: Record<string, unknown>;
    paramsSerializer: { serialize(params: Record<string, unknown>): string };
    headers: { toJSON(): Record<string, unknown> };
    data?: string | Uint8Array | Readable;
    responseType?: string;
}

type Adapter = (config: HttpConfig) => Promise<object>;

/** The host in the URLs of the requests; nothing ever connects to it. */
export const BASE_URL = 'http://engine.invalid';

/** A real `apify-client` whose requests are answered by `answerApiRequest`, and never leave the process. */
export function connectClient(client: Client, options: ApifyClientOptions = {}): ApifyClient {
    const remote = new ApifyClient({ baseUrl: BASE_URL, token: 'token', maxRetries: 0, ...options });
    return carryRequests(remote, (request) => handleTrustedRequest(request, client));
}

/** Has the requests of an `apify-client` answered by a function. */
export function carryRequests<Remote extends object>(
    remote: Remote,
    answer: (request: Request) => Promise<Response>,
): Remote {
    const { axios } = (remote as unknown as { httpClient: { axios: { defaults: { adapter: Adapter } } } }).httpClient;
    axios.defaults.adapter = async (config) => {
        const response = await answer(toRequest(config));
        const headers = Object.fromEntries(response.headers);
        return { data: await bodyOf(response, config), status: response.status, headers, config, request: {} };
    };
    return remote;
}

function toRequest({ url, method, params, paramsSerializer, headers, data }: HttpConfig): Request {
    const query = params === undefined ? '' : paramsSerializer.serialize(params);
    const given = Object.entries(headers.toJSON()).filter(([, value]) => value !== undefined && value !== null);
    return new Request(query === '' ? url : `${url}?${query}`, {
        method: method.toUpperCase(),
        headers: given.map(([name, value]): [string, string] => [name, String(value)]),
        body: data instanceof Readable ? (Readable.toWeb(data) as ReadableStream) : (data as string | undefined),
        duplex: 'half',
    } as RequestInit);
}

async function bodyOf(response: Response, { responseType }: HttpConfig): Promise<Buffer | Readable> {
    if (responseType === 'stream' && response.body) return Readable.fromWeb(response.body as never);
    return Buffer.from(await response.arrayBuffer());
}

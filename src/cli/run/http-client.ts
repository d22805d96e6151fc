import { isTerminal } from '../../model/api/status.js';
import { apiPath, ifFound, referencePath, type Api } from '../backend/api.js';
import type { Actor, Build } from '../../model/api/actor.js';
import type { Run, StartOptions } from '../../model/api/run.js';
import type { Item, RequestQueueInfo } from '../../model/api/storage.js';

type QueryOption = 'build' | 'memory' | 'timeout' | 'maxItems' | 'maxTotalChargeUsd' | 'restartOnError';

/** Options of a run that the command line can set. */
export type RunStartOptions = Pick<StartOptions, QueryOption | 'env' | 'isolation' | 'debug' | 'contentType'>;

/** A record of a key-value store. */
export interface OutputRecord {
    readonly value: unknown;
    readonly contentType?: string;
}

/** The methods of a client that run Actors. The client of an engine also has them. */
export type RunnerClient = ReturnType<typeof createHttpClient>;

const WAIT_SECS = 60;

/** Creates a client over the API. Times in its records stay strings. */
export function createHttpClient(api: Api) {
    return {
        actor: (id: string) => ({
            get: () => api.find<Actor>(referencePath('acts', id)),
            start: (input: string | undefined, options: RunStartOptions) => {
                const { env, isolation, debug, contentType: _, ...query } = options;
                // Options that the query does not support are sent in the body.
                const more = JSON.stringify({ env, isolation, debug });
                const body = more === '{}' ? input : `{"input":${input ?? '{}'},"options":${more}}`;
                return api.post<Run>(apiPath('acts', id, 'runs'), { query, body });
            },
        }),
        build: (id: string) => ({ get: () => api.find<Build>(apiPath('actor-builds', id)) }),
        run: (id: string) => ({
            get: () => api.find<Run>(apiPath('actor-runs', id)),
            abort: (query: { gracefully: boolean }) => api.post<Run>(apiPath('actor-runs', id, 'abort'), { query }),
            resurrect: (query: Pick<StartOptions, QueryOption>) =>
                api.post<Run>(apiPath('actor-runs', id, 'resurrect'), { query }),
            async waitForFinish(): Promise<Run> {
                for (;;) {
                    const run = await api.get<Run>(apiPath('actor-runs', id), { waitForFinish: WAIT_SECS });
                    if (isTerminal(run.status)) return run;
                }
            },
        }),
        requestQueue: (id: string) => ({ get: () => api.find<RequestQueueInfo>(apiPath('request-queues', id)) }),
        dataset: (id: string) => ({
            async listItems(query: { limit: number }) {
                const response = await api.request('GET', apiPath('datasets', id, 'items'), { query });
                const items = (await response.json()) as Item[];
                return { items, total: Number(response.headers.get('x-apify-pagination-total') ?? items.length) };
            },
        }),
        keyValueStore: (id: string) => ({
            async getRecord(key: string): Promise<OutputRecord | undefined> {
                const response = await ifFound(api.request('GET', apiPath('key-value-stores', id, 'records', key)));
                const contentType = response?.headers.get('content-type') ?? '';
                return response && { contentType, value: await parseValue(response, contentType) };
            },
        }),
    };
}

async function parseValue(response: Response, contentType: string): Promise<unknown> {
    if (contentType.includes('json')) return response.json();
    return contentType.startsWith('text/') ? response.text() : Buffer.from(await response.arrayBuffer());
}

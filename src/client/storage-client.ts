import type { Client } from '../model/client/client.js';
import type { ClientRequest, RequestQueueClient, RequestQueueClientOptions } from '../model/client/storage.js';

/** Client of an engine's storages in the shape of Crawlee's `StorageClient`. */
export type StorageClient = Pick<
    Client,
    'dataset' | 'datasets' | 'keyValueStore' | 'keyValueStores' | 'requestQueues'
> & {
    /** Returns the client of a request queue. */
    requestQueue(id: string, options?: RequestQueueClientOptions): StorageQueueClient;
    /** Rate limit errors, which slow Crawlee down: none. */
    readonly stats: { rateLimitErrors: number[] };
    /** Does nothing: the client belongs to no run. */
    setStatusMessage(message: string, options?: object): Promise<void>;
};

/** A queue as declared by Crawlee, whose requests have an index signature. */
type StorageQueueClient = Omit<RequestQueueClient, 'getRequest'> & {
    /** Returns a request, or undefined if it does not exist. */
    getRequest(id: string): Promise<(ClientRequest & { [field: string]: unknown }) | undefined>;
};

/** Creates a storage client for a Crawlee that runs in the host's thread. */
export function createStorageClient(client: Client): StorageClient {
    return {
        dataset: (id) => client.dataset(id),
        datasets: () => client.datasets(),
        keyValueStore: (id) => client.keyValueStore(id),
        keyValueStores: () => client.keyValueStores(),
        requestQueue: (id, options) => client.requestQueue(id, options) as RequestQueueClient & StorageQueueClient,
        requestQueues: () => client.requestQueues(),
        stats: { rateLimitErrors: [] },
        setStatusMessage: async () => {},
    };
}

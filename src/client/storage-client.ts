import type { Client, ClientRequest, RequestQueueClient, RequestQueueClientOptions } from '../model/client/client.js';

/** The storages of an engine, in the shape of Crawlee's `StorageClient`. */
export type StorageClient = Pick<
    Client,
    'dataset' | 'datasets' | 'keyValueStore' | 'keyValueStores' | 'requestQueues'
> & {
    requestQueue(id: string, options?: RequestQueueClientOptions): StorageQueueClient;
    /** Crawlee slows down when the storage turns requests away, which this one never does. */
    readonly stats: { rateLimitErrors: number[] };
    /** Shown nowhere: there is no run that it could belong to. */
    setStatusMessage(message: string, options?: object): Promise<void>;
};

/** A queue, as Crawlee declares it: of a request, it wants to be able to ask for any field. */
type StorageQueueClient = Omit<RequestQueueClient, 'getRequest'> & {
    getRequest(id: string): Promise<(ClientRequest & { [field: string]: unknown }) | undefined>;
};

/** Makes a storage client for a Crawlee that is used beside the engine, in its own thread. */
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

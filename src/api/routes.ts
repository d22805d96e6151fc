import { actorRoutes } from './routes/actors.js';
import { datasetRoutes } from './routes/dataset.js';
import { keyValueStoreRoutes } from './routes/key-value-store.js';
import { laterRoutes } from './routes/later.js';
import { logRoutes } from './routes/log.js';
import { queueById, requestQueueRoutes } from './routes/request-queue.js';
import { runListRoutes, runRoutes } from './routes/run.js';
import { scheduleRoutes } from './routes/schedules.js';
import { storageCollectionRoutes } from './routes/storage-collection.js';
import { taskRoutes } from './routes/tasks.js';
import { userRoutes } from './routes/user.js';
import type { RouteTable } from './route.js';

/** Every route that the API has here. */
export const routes: RouteTable = {
    // Older clients say `acts`.
    ...actorRoutes('/acts'),
    ...actorRoutes('/actors'),
    ...runListRoutes('/actor-runs', ({ client }) => client.runs()),
    ...runRoutes('/actor-runs/:runId', ({ client, param }) => client.run(param('runId'))),
    ...logRoutes('/logs/:jobId', ({ client, param }) => client.log(param('jobId'))),
    ...storageCollectionRoutes('/datasets', {
        all: (client) => client.datasets(),
        one: (client, reference) => client.dataset(reference),
    }),
    ...datasetRoutes('/datasets/:datasetId', ({ client, param }) => client.dataset(param('datasetId'))),
    ...storageCollectionRoutes('/key-value-stores', {
        all: (client) => client.keyValueStores(),
        one: (client, reference) => client.keyValueStore(reference),
    }),
    ...keyValueStoreRoutes('/key-value-stores/:storeId', ({ client, param }) => client.keyValueStore(param('storeId'))),
    ...storageCollectionRoutes('/request-queues', {
        all: (client) => client.requestQueues(),
        one: (client, reference) => client.requestQueue(reference),
    }),
    ...requestQueueRoutes('/request-queues/:queueId', (call) => queueById(call, call.param('queueId'))),
    ...taskRoutes('/actor-tasks'),
    ...scheduleRoutes('/schedules'),
    ...userRoutes('/users/:userId'),
    ...laterRoutes,
};

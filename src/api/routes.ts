import { actorRoutes } from './routes/actors.js';
import { buildListRoutes, buildRoutes } from './routes/build.js';
import { datasetRoutes } from './routes/dataset.js';
import { keyValueStoreRoutes } from './routes/key-value-store.js';
import { logRoutes } from './routes/log.js';
import { queueById, requestQueueRoutes } from './routes/request-queue.js';
import { runListRoutes, runRoutes } from './routes/run.js';
import { scheduleRoutes } from './routes/schedules.js';
import { storageCollectionRoutes } from './routes/storage-collection.js';
import { storeRoutes } from './routes/store.js';
import { toolRoutes } from './routes/tools.js';
import { taskRoutes } from './routes/tasks.js';
import { userRoutes } from './routes/user.js';
import { webhookCollectionRoutes, webhookDispatchRoutes, webhookRoutes } from './routes/webhooks.js';
import type { RouteTable } from './route.js';

/** Every route that the API has here. */
export const routes: RouteTable = {
    // Older clients say `acts`.
    ...actorRoutes('/acts'),
    ...actorRoutes('/actors'),
    ...buildListRoutes('/actor-builds', ({ client }) => client.builds()),
    ...buildRoutes('/actor-builds/:buildId', ({ client, param }) => client.build(param('buildId'))),
    ...runListRoutes('/actor-runs', ({ client }) => client.runs()),
    ...runRoutes('/actor-runs/:runId', ({ client, param }) => client.run(param('runId'))),
    ...logRoutes('/logs/:jobId', ({ client, param }) => client.log(param('jobId'))),
    ...storageCollectionRoutes('/datasets', {
        all: (client) => client.datasets(),
        one: (client, reference) => client.dataset(reference),
    }),
    ...datasetRoutes('/datasets/:datasetId', {
        resolve: ({ client, param }) => client.dataset(param('datasetId')),
        idOf: ({ param }) => param('datasetId'),
    }),
    ...storageCollectionRoutes('/key-value-stores', {
        all: (client) => client.keyValueStores(),
        one: (client, reference) => client.keyValueStore(reference),
    }),
    ...keyValueStoreRoutes('/key-value-stores/:storeId', {
        resolve: ({ client, param }) => client.keyValueStore(param('storeId')),
        idOf: ({ param }) => param('storeId'),
    }),
    ...storageCollectionRoutes('/request-queues', {
        all: (client) => client.requestQueues(),
        one: (client, reference) => client.requestQueue(reference),
    }),
    ...requestQueueRoutes('/request-queues/:queueId', (call) => queueById(call, call.param('queueId'))),
    ...userRoutes('/users'),
    ...storeRoutes('/store'),
    ...toolRoutes,
    ...webhookCollectionRoutes('/webhooks', ({ client }) => client.webhooks()),
    ...webhookRoutes('/webhooks/:webhookId'),
    ...webhookDispatchRoutes('/webhook-dispatches'),
    ...taskRoutes('/actor-tasks'),
    ...scheduleRoutes('/schedules'),
};

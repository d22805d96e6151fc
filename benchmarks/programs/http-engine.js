// A listening engine with a run, a dataset, a record and a queue to request. Prints its port, token and IDs as JSON.
import { createEngine } from 'greenroom';

const engine = await createEngine();
const source = `export default ({ Actor }) => Actor.pushData({ title: 'A page', url: 'https://example.com/' });`;
await engine.addActor({ name: 'pushes', source });
const run = await engine.call('pushes');
await run.keyValueStore.setRecord({ key: 'record', value: { title: 'A page', url: 'https://example.com/' } });
const { id: sink } = await engine.client.datasets().getOrCreate('sink');
const { id: queueId } = await engine.client.requestQueues().getOrCreate('queue');
await engine.client
    .requestQueue(queueId)
    .addRequest({ url: 'https://example.com/', uniqueKey: 'https://example.com/' });
const { port } = await engine.listen();
const { id, defaultDatasetId, defaultKeyValueStoreId } = await run.info();
console.log(
    JSON.stringify({
        port,
        token: engine.token,
        runId: id,
        datasetId: defaultDatasetId,
        storeId: defaultKeyValueStoreId,
        sink,
        queueId,
    }),
);
process.on('message', () => process.send(process.cpuUsage()));

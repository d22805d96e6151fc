// Bare hono with its adapter for Node, which sends the engine's response on routes with the same patterns. The argument is the
// response as JSON: `{ "status", "headers", "body" }`. Prints its port.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const { status, headers, body } = JSON.parse(process.argv[2]);
const app = new Hono();
const answer = (c) => c.body(body, status, headers);
app.get('/v2/actor-runs/:runId', answer);
app.get('/v2/datasets/:datasetId/items', answer);
app.get('/v2/request-queues/:queueId/head', answer);
app.get('/v2/key-value-stores/:storeId/records/:key', answer);
app.post('/v2/datasets/:datasetId/items', async (c) => {
    await c.req.text();
    return answer(c);
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(port));
process.on('message', () => process.send(process.cpuUsage()));

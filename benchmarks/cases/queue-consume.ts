import { measuringActor } from '../actors.js';
import { storageCase } from '../storage-case.js';

const FILL = `
    const queue = await Actor.openRequestQueue();
    await queue.addRequests(Array.from({ length: input.warmUp + input.count }, (_, index) => ({
        url: \`https://shop.example/products/\${index}\`,
    })));
`;

export const queueConsume = storageCase({
    name: 'queue-consume',
    question: 'How many requests a second does an Actor fetch and mark as handled, one by one?',
    peer: 'queueConsume',
    source: measuringActor(FILL, 'await queue.markRequestHandled(await queue.fetchNextRequest());'),
    memory: { count: 9000, warmUp: 1000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 1800, warmUp: 200, goal: { of: 'peer', atLeast: 20 } },
    counted: async (run) => (await run.requestQueue.get())?.handledRequestCount ?? 0,
});

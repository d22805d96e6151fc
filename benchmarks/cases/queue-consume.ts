import { createMeasuringActor } from '../actors.js';
import { createStorageCase } from '../storage-case.js';
import type { RunHandle } from 'greenroom';

const FILL = `
    const queue = await Actor.openRequestQueue();
    await queue.addRequests(Array.from({ length: input.warmUp + input.count }, (_, index) => ({
        url: \`https://shop.example/products/\${index}\`,
    })));
`;

const CONSUMING = {
    operation: 'queueConsume',
    source: createMeasuringActor(FILL, 'await queue.markRequestHandled(await queue.fetchNextRequest());'),
    countOperations: async (run: RunHandle) => (await run.requestQueue.get())?.handledRequestCount ?? 0,
} as const;

export const queueConsume = createStorageCase({
    ...CONSUMING,
    name: 'queue-consume',
    question: 'How many requests per second does an Actor fetch and mark as handled, one by one?',
    sdk: 'built-in',
    peerApis: ['client'],
    memory: { count: 9000, warmUp: 1000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 1800, warmUp: 200, goal: { of: 'peer', atLeast: 20 } },
});

export const sdkQueueConsume = createStorageCase({
    ...CONSUMING,
    name: 'sdk-queue-consume',
    question: 'How many requests per second does an Actor with the real SDK fetch and mark as handled?',
    sdk: 'own',
    peerApis: ['class'],
    memory: { count: 5000, warmUp: 1000 },
    disk: { count: 5000, warmUp: 1000, peerWork: { count: 500, warmUp: 100 } },
});

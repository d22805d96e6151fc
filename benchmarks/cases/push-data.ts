import { createMeasuringActor } from '../actors.js';
import { createStorageCase } from '../storage-case.js';
import type { RunHandle } from 'greenroom';

const PUSHING = {
    operation: 'pushData',
    source: createMeasuringActor('', 'await Actor.pushData({ ...input.item, index });'),
    countOperations: async (run: RunHandle) => (await run.dataset.get())?.itemCount ?? 0,
} as const;

export const pushData = createStorageCase({
    ...PUSHING,
    name: 'push-data',
    question: 'How many items per second does an Actor push, awaiting each?',
    sdk: 'built-in',
    peerApis: ['client'],
    memory: { count: 20_000, warmUp: 2000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 3000, warmUp: 300, goal: { of: 'peer', atLeast: 40 } },
});

export const sdkPushData = createStorageCase({
    ...PUSHING,
    name: 'sdk-push-data',
    question: 'How many items per second does an Actor with the real SDK push, awaiting each?',
    sdk: 'own',
    peerApis: ['class', 'actor'],
    memory: { count: 20_000, warmUp: 5000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 20_000, warmUp: 5000, peerWork: { count: 1500, warmUp: 500 }, goal: { of: 'peer', atLeast: 40 } },
});

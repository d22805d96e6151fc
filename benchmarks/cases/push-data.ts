import { measuringActor } from '../actors.js';
import { storageCase } from '../storage-case.js';
import type { RunHandle } from 'greenroom';

const PUSHING = {
    peer: 'pushData',
    source: measuringActor('', 'await Actor.pushData({ ...input.item, index });'),
    counted: async (run: RunHandle) => (await run.dataset.get())?.itemCount ?? 0,
} as const;

export const pushData = storageCase({
    ...PUSHING,
    name: 'push-data',
    question: 'How many items a second does an Actor push, awaiting each?',
    sdk: 'built-in',
    peerBy: ['client'],
    memory: { count: 20_000, warmUp: 2000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 3000, warmUp: 300, goal: { of: 'peer', atLeast: 40 } },
});

export const sdkPushData = storageCase({
    ...PUSHING,
    name: 'sdk-push-data',
    question: 'How many items a second does an Actor with the real SDK push, awaiting each?',
    sdk: 'own',
    peerBy: ['class', 'actor'],
    memory: { count: 20_000, warmUp: 5000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 20_000, warmUp: 5000, byPeer: { count: 1500, warmUp: 500 }, goal: { of: 'peer', atLeast: 40 } },
});

import { measuringActor } from '../actors.js';
import { storageCase } from '../storage-case.js';

export const pushData = storageCase({
    name: 'push-data',
    question: 'How many items a second does an Actor push, awaiting each?',
    peer: 'pushData',
    source: measuringActor('', 'await Actor.pushData({ ...input.item, index });'),
    memory: { count: 20_000, warmUp: 2000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 3000, warmUp: 300, goal: { of: 'peer', atLeast: 40 } },
    counted: async (run) => (await run.dataset.get())?.itemCount ?? 0,
});

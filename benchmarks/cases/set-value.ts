import { measuringActor } from '../actors.js';
import { storageCase } from '../storage-case.js';

/** Keys besides those that the operation sets: the Actor's own. */
const OWN_KEYS = new Set(['INPUT', 'OUTPUT']);

export const setValue = storageCase({
    name: 'set-value',
    question: 'How many records a second does an Actor set, awaiting each?',
    peer: 'setValue',
    source: measuringActor('', 'await Actor.setValue(`key-${index}`, { ...input.item, index });'),
    memory: { count: 10_000, warmUp: 1000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 2000, warmUp: 200, goal: { of: 'peer', atLeast: 5 } },
    async counted(run) {
        let keys = 0;
        for await (const { key } of run.keyValueStore.listKeys()) if (!OWN_KEYS.has(key)) keys += 1;
        return keys;
    },
});

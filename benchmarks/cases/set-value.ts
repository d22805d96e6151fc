import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measuringActor } from '../actors.js';
import { ITEM, storageCase } from '../storage-case.js';
import type { RunHandle } from 'greenroom';

/** Keys besides those that the operation sets: the Actor's own. */
const OWN_KEYS = new Set(['INPUT', 'OUTPUT']);

const SETTING = {
    peer: 'setValue',
    source: measuringActor('', 'await Actor.setValue(`key-${index}`, { ...input.item, index });'),
    async counted(run: RunHandle) {
        let keys = 0;
        for await (const { key } of run.keyValueStore.listKeys()) if (!OWN_KEYS.has(key)) keys += 1;
        return keys;
    },
} as const;

export const setValue = storageCase({
    ...SETTING,
    name: 'set-value',
    question: 'How many records a second does an Actor set, awaiting each?',
    sdk: 'built-in',
    peerBy: ['client'],
    memory: { count: 10_000, warmUp: 1000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 2000, warmUp: 200, goal: { of: 'peer', atLeast: 5 } },
    bareDisk: { what: 'bare files', rate: bareFileRate },
});

export const sdkSetValue = storageCase({
    ...SETTING,
    name: 'sdk-set-value',
    question: 'How many records a second does an Actor with the real SDK set, awaiting each?',
    sdk: 'own',
    peerBy: ['class', 'actor'],
    memory: { count: 6000, warmUp: 1500 },
    disk: { count: 6000, warmUp: 1500, byPeer: { count: 800, warmUp: 200 } },
});

/** A new file for each record, as both sides keep them. */
function bareFileRate(directory: string, count: number): number {
    const start = performance.now();
    for (let index = 0; index < count; index += 1) {
        writeFileSync(join(directory, `key-${index}.json`), JSON.stringify({ ...ITEM, index }));
    }
    return count / ((performance.now() - start) / 1000);
}

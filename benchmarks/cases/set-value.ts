import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMeasuringActor } from '../actors.js';
import { ITEM, createStorageCase } from '../storage-case.js';
import type { RunHandle } from 'greenroom';

/** Keys that the Actor's run sets in addition to those of the operation. */
const OWN_KEYS = new Set(['INPUT', 'OUTPUT']);

const SETTING = {
    operation: 'setValue',
    source: createMeasuringActor('', 'await Actor.setValue(`key-${index}`, { ...input.item, index });'),
    async countOperations(run: RunHandle) {
        let keys = 0;
        for await (const { key } of run.keyValueStore.listKeys()) if (!OWN_KEYS.has(key)) keys += 1;
        return keys;
    },
} as const;

export const setValue = createStorageCase({
    ...SETTING,
    name: 'set-value',
    question: 'How many records per second does an Actor set, awaiting each?',
    sdk: 'built-in',
    peerApis: ['client'],
    memory: { count: 10_000, warmUp: 1000, goal: { of: 'peer', atLeast: 1 } },
    disk: { count: 2000, warmUp: 200, goal: { of: 'peer', atLeast: 5 } },
    bareDisk: { name: 'bare files', rate: measureFileRate },
});

export const sdkSetValue = createStorageCase({
    ...SETTING,
    name: 'sdk-set-value',
    question: 'How many records per second does an Actor with the real SDK set, awaiting each?',
    sdk: 'own',
    peerApis: ['class', 'actor'],
    memory: { count: 6000, warmUp: 1500 },
    disk: { count: 6000, warmUp: 1500, peerWork: { count: 800, warmUp: 200 } },
});

/** Measures writing a new file for each record, as both sides do. */
function measureFileRate(directory: string, count: number): number {
    const start = performance.now();
    for (let index = 0; index < count; index += 1) {
        writeFileSync(join(directory, `key-${index}.json`), JSON.stringify({ ...ITEM, index }));
    }
    return count / ((performance.now() - start) / 1000);
}

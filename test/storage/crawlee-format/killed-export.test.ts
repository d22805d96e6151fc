import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChild } from '../../support/processes/child.js';
import { makeEngine } from '../../support/make-engine.js';
import { tempDir } from '../../support/files/temp-dir.js';

const OLD = Array.from({ length: 300 }, () => ({ version: 'old' }));

describe('an export over an earlier one whose process is killed', () => {
    it.each([1, 2, 4])('leaves each storage old or new, or the next export restores it (%i)', async (moves) => {
        const directory = await tempDir();
        const engine = await makeEngine();
        await engine.storages.seed({
            datasets: { one: OLD, two: OLD },
            keyValueStores: { three: { a: 'old', b: 'old' } },
        });
        await engine.storages.exportTo(directory);

        const child = startChild('storage/export-and-die.ts', { args: [directory, String(moves)] });
        const [, signal] = (await once(child.process, 'exit')) as [number, string];
        expect(signal).toBe('SIGKILL');

        for (const name of ['one', 'two']) {
            const files = await readdir(join(directory, 'datasets', name)).catch(() => []);
            expect([0, 201, 301]).toContain(files.length);
        }
        // An export without storages finds the interrupted one and restores its storages.
        await (await makeEngine()).storages.exportTo(directory);
        const other = await makeEngine();
        expect(await other.storages.importFrom(directory)).toEqual({
            datasets: ['one', 'two'],
            keyValueStores: ['three'],
            requestQueues: [],
        });
        for (const name of ['one', 'two']) {
            const { items } = await other.client.dataset(`local~${name}`).listItems();
            expect([JSON.stringify(OLD), JSON.stringify(OLD.slice(0, 200).map(() => ({ version: 'new' })))]).toContain(
                JSON.stringify(items),
            );
        }
        expect((await readdir(directory)).toSorted()).toEqual(['datasets', 'key_value_stores']);
    });
});

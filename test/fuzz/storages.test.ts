import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { openTestBackend } from '../support/files/file-backend.js';
import { MemoryBackend } from '../../src/storage/memory/memory-backend.js';
import { checkProperty } from '../support/arbitraries/property.js';
import { storageCommand } from '../support/model-based/storage-commands.js';
import { StoragesUnderTest } from '../support/storages.js';
import { ModelBasedTest } from '../support/model-based/model-based-test.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { StorageBackend } from '../../src/storage/backend.js';

interface Medium {
    name: string;
    isPersistent: boolean;
    open: (directory: string) => Promise<StorageBackend>;
    runs: number;
}

const MEDIA: Medium[] = [
    { name: 'memory', isPersistent: false, runs: 60, open: async () => new MemoryBackend() },
    {
        name: 'files',
        isPersistent: true,
        runs: 15,
        open: (directory) => openTestBackend({ directory, durability: 'process' }),
    },
];

describe.each(MEDIA)('any sequence of storage operations in $name', ({ isPersistent, open, runs }) => {
    it('leaves the same contents as the reference model', async () => {
        const directory = await tempDir();
        let cases = 0;
        const property = fc.asyncProperty(fc.array(storageCommand, { maxLength: 40, size: 'max' }), async (deeds) => {
            const place = join(directory, String(cases++));
            const real = new StoragesUnderTest(() => open(place));
            await real.open();
            try {
                const both = new ModelBasedTest(real, isPersistent);
                for (const one of deeds) await both.run(one);
                await both.compare();
            } finally {
                await real.close();
                await rm(place, { recursive: true, force: true });
            }
        });
        await checkProperty(property, runs);
    });
});

import { openTestBackend } from '../../support/files/file-backend.js';
import { MemoryBackend } from '../../../src/storage/memory/memory-backend.js';
import { tempDir } from '../../support/files/temp-dir.js';
import { describeStorages } from './storages.contract.js';

describeStorages({
    name: 'memory',
    isPersistent: false,
    create: async () => async () => new MemoryBackend(),
});

describeStorages({
    name: 'files',
    isPersistent: true,
    create: async () => {
        const directory = await tempDir();
        return () => openTestBackend({ directory, durability: 'process' });
    },
});

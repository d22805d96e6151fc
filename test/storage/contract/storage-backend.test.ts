import { onTestFinished } from 'vitest';
import type { Durability } from '../../../src/storage/file/atomic-file.js';
import type { StorageBackend } from '../../../src/storage/backend.js';
import { MemoryBackend } from '../../../src/storage/memory/memory-backend.js';
import { openTestBackend } from '../../support/files/file-backend.js';
import { tempDir } from '../../support/files/temp-dir.js';
import { storageBackendContract, type BackendUnderTest } from './storage-backend.contract.js';
import { storageRecordsContract } from './storage-records.contract.js';

const memory: BackendUnderTest = {
    name: 'memory',
    isPersistent: false,
    open: async () => closeAfterTest(new MemoryBackend()),
    reopen: async (backend) => backend,
};

const backends = [memory, createFileSetup('file', 'process'), createFileSetup('synced file', 'fsync')];

for (const backend of backends) {
    storageBackendContract(backend);
    storageRecordsContract(backend);
}

function createFileSetup(name: string, durability: Durability): BackendUnderTest {
    const directories = new WeakMap<StorageBackend, string>();
    const openIn = async (directory: string): Promise<StorageBackend> => {
        const backend = closeAfterTest(await openTestBackend({ directory, durability, onWarning: fail }));
        directories.set(backend, directory);
        return backend;
    };
    return {
        name,
        isPersistent: true,
        open: async () => openIn(await tempDir()),
        async reopen(backend) {
            await backend.close();
            return openIn(directories.get(backend)!);
        },
    };
}

function closeAfterTest(backend: StorageBackend): StorageBackend {
    onTestFinished(() => backend.close());
    return backend;
}

/** Fails on a warning, since a backend that was closed properly needs no repair. */
function fail(message: string): never {
    throw new Error(message);
}

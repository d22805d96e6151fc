import { onTestFinished } from 'vitest';
import type { StorageBackend } from '../../src/storage/backend.js';
import type { Content } from '../../src/model/streams.js';
import { Storages } from '../../src/storage/storages.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

/** A kind of backend to test storages with. */
export interface StorageSetup {
    name: string;
    /** True if a reopened backend has its data. */
    isPersistent: boolean;
    /** Creates an empty location. Returns a function that opens a backend there on each call. */
    create(): Promise<() => Promise<StorageBackend>>;
}

/** Storages under test. */
export class StoragesUnderTest {
    readonly clock = new ManualClock(new Date('2030-01-01T00:00:00.000Z'));
    readonly #openBackend: () => Promise<StorageBackend>;
    #backend!: StorageBackend;
    #storages!: Storages;

    constructor(openBackend: () => Promise<StorageBackend>) {
        this.#openBackend = openBackend;
    }

    get datasets(): Storages['datasets'] {
        return this.#storages.datasets;
    }

    get keyValueStores(): Storages['keyValueStores'] {
        return this.#storages.keyValueStores;
    }

    get requestQueues(): Storages['requestQueues'] {
        return this.#storages.requestQueues;
    }

    get backend(): StorageBackend {
        return this.#backend;
    }

    async open(): Promise<void> {
        this.#backend = await this.#openBackend();
        this.#storages = await Storages.open({
            backend: this.#backend,
            clock: this.clock,
            users: [{ id: 'user-id', username: 'me' }],
        });
    }

    async close(): Promise<void> {
        await this.#storages.close();
    }

    /** Closes the storages as an engine does, runs a function, and opens them again. */
    async reopen(whileClosed = (): void => {}): Promise<void> {
        await this.close();
        whileClosed();
        await this.open();
    }

    /** Closes only the backend, as the end of the process does, and opens the storages again. */
    async reopenAfterCrash(): Promise<void> {
        await this.#backend.close();
        await this.open();
    }
}

/** Opens storages at an empty location and closes them after the current test. */
export async function createStorages(setup: StorageSetup): Promise<StoragesUnderTest> {
    const storages = new StoragesUnderTest(await setup.create());
    await storages.open();
    onTestFinished(() => storages.close());
    return storages;
}

/** Returns all bytes of a content. */
export async function readAllBytes(content: Content): Promise<Buffer> {
    if (content instanceof Uint8Array) return Buffer.from(content);
    const collected: Uint8Array[] = [];
    for await (const chunk of content) collected.push(chunk);
    return Buffer.concat(collected);
}

/** Returns all bytes of an opened file. */
export async function readContent(opened: Promise<{ content: Content }>): Promise<Buffer> {
    return readAllBytes((await opened).content);
}

/** Returns the error that a function throws or rejects with. Throws if it does neither. */
export async function catchError(action: () => unknown): Promise<unknown> {
    try {
        await action();
    } catch (error) {
        return error;
    }
    throw new Error('Nothing was thrown.');
}

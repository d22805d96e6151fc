import { onTestFinished } from 'vitest';
import type { StorageBackend } from '../../src/storage/backend.js';
import type { Content } from '../../src/model/streams.js';
import { Storages } from '../../src/storage/storages.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

/** Something that keeps the bytes of storages. */
export interface StorageMedium {
    name: string;
    /** Whether a backend that is opened again still has what the one before it had. */
    isPersistent: boolean;
    /** Makes an empty place; each call of what it returns opens a backend on that place. */
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

    /** Closes them as an engine does, and opens them again; what somebody does in between is up to the caller. */
    async reopen(meanwhile = (): void => {}): Promise<void> {
        await this.close();
        meanwhile();
        await this.open();
    }

    /** Takes the medium away, as the end of the process does, and opens them again. */
    async reopenAfterCrash(): Promise<void> {
        await this.#backend.close();
        await this.open();
    }
}

/** Opens storages on an empty medium and closes them after the running test. */
export async function makeStorages(medium: StorageMedium): Promise<StoragesUnderTest> {
    const storages = new StoragesUnderTest(await medium.create());
    await storages.open();
    onTestFinished(() => storages.close());
    return storages;
}

/** All bytes of a file. */
export async function collect(content: Content): Promise<Buffer> {
    if (content instanceof Uint8Array) return Buffer.from(content);
    const collected: Uint8Array[] = [];
    for await (const chunk of content) collected.push(chunk);
    return Buffer.concat(collected);
}

/** All bytes of what has been opened. */
export async function contentOf(opened: Promise<{ content: Content }>): Promise<Buffer> {
    return collect((await opened).content);
}

/** What a call throws, at once or later. */
export async function errorOf(act: () => unknown): Promise<unknown> {
    try {
        await act();
    } catch (error) {
        return error;
    }
    throw new Error('Nothing was thrown.');
}

import assert from 'node:assert/strict';
import { DatasetModel, KeyValueStoreModel } from './reference-model.js';
import { catchError, type StoragesUnderTest } from '../storages.js';
import type { Dataset } from '../../../src/storage/dataset/dataset.js';
import type { KeyValueStore } from '../../../src/storage/key-value-store/key-value-store.js';
import type { StorageCommand, Kind, Write } from './storage-commands.js';

interface Known<Naive> {
    id: string;
    name: string | undefined;
    model: Naive;
}

type OfKind<K extends Kind> = Known<K extends 'dataset' ? DatasetModel : KeyValueStoreModel>;

/** Number of writes that rewrite an index several times. */
const CHURNS = 300;

/** Runs commands on storages and on their models, and compares the results. */
export class ModelBasedTest {
    readonly #real: StoragesUnderTest;
    readonly #isPersistent: boolean;
    /** Oldest first. */
    readonly #known: { dataset: OfKind<'dataset'>[]; keyValueStore: OfKind<'keyValueStore'>[] } = {
        dataset: [],
        keyValueStore: [],
    };

    constructor(real: StoragesUnderTest, isPersistent: boolean) {
        this.#real = real;
        this.#isPersistent = isPersistent;
    }

    async run(command: StorageCommand): Promise<void> {
        switch (command.type) {
            case 'create':
                return this.#create(command.kind, command.name);
            case 'rename':
                return this.#rename(command.kind, command.which, command.name);
            case 'remove':
                return this.#remove(command.kind, command.which);
            case 'push':
                return this.#push(command);
            case 'list items':
                return this.#listItems(command);
            case 'write':
                return this.#write(command.which, command.writes);
            case 'churn':
                return this.#churn(command.which, command.key);
            case 'list keys':
                return this.#listKeys(command);
            case 'list storages':
                return this.#listStorages(command);
            case 'time passes':
                return this.#real.clock.advance(command.millis);
            case 'reopen':
                if (!this.#isPersistent) return;
                return command.afterCrash ? this.#real.reopenAfterCrash() : this.#real.reopen();
        }
    }

    /** Compares all storages with their models. */
    async compare(): Promise<void> {
        for (const kind of ['dataset', 'keyValueStore'] as const) {
            this.#listStorages({ kind, offset: 0, limit: 0, desc: false, unnamed: true });
            this.#listStorages({ kind, offset: 0, limit: 0, desc: true, unnamed: false });
        }
        for (let which = 0; which < this.#known.dataset.length; which++) await this.#listItems({ which, options: {} });
        for (const { id, model } of this.#known.keyValueStore) {
            const store = this.#real.keyValueStores.find(id)!;
            assert.deepEqual(
                store.listKeys().items.map(({ key }) => key),
                model.keys(),
            );
            assert.equal(store.info().stats.storageBytes, model.size);
            for (const key of model.keys()) await compareRecord(store, model, key);
        }
    }

    async #create(kind: Kind, name: string | undefined): Promise<void> {
        // The order of storages that were created at the same time is lost when they are closed.
        await this.#real.clock.advance(1);
        const { storage, isNew } = this.#collection(kind).getOrCreate(name);
        const found = name === undefined ? undefined : this.#known[kind].find((one) => isSameName(one.name, name));
        assert.deepEqual([isNew, isNew || storage.id === found?.id], [found === undefined, true]);
        if (found) return;
        const { id } = storage;
        if (kind === 'dataset') this.#known.dataset.push({ id, name, model: new DatasetModel() });
        else this.#known.keyValueStore.push({ id, name, model: new KeyValueStoreModel() });
    }

    async #rename(kind: Kind, which: number, name: string | null): Promise<void> {
        const known = this.#pick(kind, which);
        if (!known) return;
        const isTaken = name !== null && this.#known[kind].some((one) => one !== known && isSameName(one.name, name));
        const update = (): unknown => this.#collection(kind).find(known.id)!.update({ name });
        if (isTaken) return assert.equal(((await catchError(update)) as { code?: string }).code, 'name-not-unique');
        update();
        known.name = name ?? undefined;
    }

    async #remove(kind: Kind, which: number): Promise<void> {
        const known = this.#pick(kind, which);
        if (!known) return;
        await this.#collection(kind).remove(known.id);
        const all: unknown[] = this.#known[kind];
        all.splice(all.indexOf(known), 1);
        assert.equal(this.#collection(kind).find(known.id), undefined);
        if (known.name !== undefined) assert.equal(this.#collection(kind).find(known.name), undefined);
    }

    #push({ which, items, as }: Extract<StorageCommand, { type: 'push' }>): void {
        const known = this.#pick('dataset', which);
        if (!known) return;
        const dataset = this.#real.datasets.find(known.id)!;
        const copies = items.map((item) => ({ ...item }));
        if (as === 'items') dataset.push(copies);
        else if (as === 'text') dataset.push(JSON.stringify(items));
        else dataset.push(items.map((item) => JSON.stringify(item, undefined, 1)));
        known.model.push(items);
        // The dataset must have stored copies.
        for (const copy of copies) Object.assign(copy, { a: 'changed' });
    }

    async #listItems({
        which,
        options,
    }: Pick<Extract<StorageCommand, { type: 'list items' }>, 'which' | 'options'>): Promise<void> {
        const known = this.#pick('dataset', which);
        if (!known) return;
        const dataset: Dataset = this.#real.datasets.find(known.id)!;
        const page = await dataset.list(options);
        assert.equal(JSON.stringify(page.items), JSON.stringify(known.model.list(options)));
        assert.deepEqual([page.total, page.count], [known.model.count, page.items.length]);
        for (const one of page.items) one['a'] = 'changed';
        assert.equal(dataset.info().itemCount, known.model.count);
    }

    async #write(which: number, writes: readonly Write[]): Promise<void> {
        const known = this.#pick('keyValueStore', which);
        if (!known) return;
        const store = this.#real.keyValueStores.find(known.id)!;
        // The writes are concurrent.
        const written = writes.map(async ({ key, bytes, contentType }) => {
            if (bytes === undefined) return store.delete(key);
            const copy = toBuffer(bytes);
            const done = store.set(key, copy, contentType);
            copy.fill(0);
            return done;
        });
        for (const { key, bytes, contentType } of writes) {
            if (bytes === undefined) known.model.delete(key);
            else known.model.set(key, toBuffer(bytes), contentType);
        }
        await Promise.all(written);
        for (const { key } of writes) await compareRecord(store, known.model, key);
    }

    async #churn(which: number, key: string): Promise<void> {
        const known = this.#pick('keyValueStore', which);
        if (!known) return;
        const store = this.#real.keyValueStores.find(known.id)!;
        for (let count = 0; count < CHURNS; count++) {
            await store.set(key, Buffer.from(String(count)), 'text/plain');
            await store.delete(key);
        }
        known.model.delete(key);
    }

    #listKeys({ which, options }: Extract<StorageCommand, { type: 'list keys' }>): void {
        const known = this.#pick('keyValueStore', which);
        if (!known) return;
        const all = known.model.keys(options.prefix, options.exclusiveStartKey);
        const limit = options.limit || 1000;
        const page = this.#real.keyValueStores.find(known.id)!.listKeys(options);
        assert.deepEqual(
            page.items.map(({ key, size }) => [key, size]),
            all.slice(0, limit).map((key) => [key, known.model.get(key)!.bytes.length]),
        );
        const isTruncated = all.length > limit;
        assert.deepEqual(
            [page.isTruncated, page.nextExclusiveStartKey],
            [isTruncated, isTruncated ? all[limit - 1] : null],
        );
    }

    #listStorages({
        kind,
        offset,
        limit,
        desc,
        unnamed,
    }: Omit<Extract<StorageCommand, { type: 'list storages' }>, 'type'>): void {
        const known: Known<unknown>[] = this.#known[kind].filter(({ name }) => unnamed || name !== undefined);
        const ordered = desc ? known.toReversed() : known;
        const page = this.#collection(kind).list({ offset, limit, desc, unnamed });
        assert.deepEqual(
            page.items.map(({ id, name }) => [id, name]),
            ordered.slice(offset, limit === 0 ? undefined : offset + limit).map(({ id, name }) => [id, name ?? null]),
        );
        assert.equal(page.total, known.length);
    }

    #pick<K extends Kind>(kind: K, which: number): OfKind<K> | undefined {
        const all = this.#known[kind] as OfKind<K>[];
        return all[which % Math.max(1, all.length)];
    }

    #collection(kind: Kind): Collection {
        return kind === 'dataset' ? this.#real.datasets : this.#real.keyValueStores;
    }
}

interface Collection {
    getOrCreate(name?: string): { storage: { id: string }; isNew: boolean };
    find(idOrName: string): { update(fields: { name: string | null }): unknown } | undefined;
    remove(id: string): Promise<void>;
    list(options: object): { total: number; items: { id: string; name?: string }[] };
}

function toBuffer(bytes: Buffer | number): Buffer {
    return typeof bytes === 'number' ? Buffer.alloc(bytes, 'x') : Buffer.from(bytes);
}

function isSameName(one: string | undefined, other: string): boolean {
    return one?.toLowerCase() === other.toLowerCase();
}

async function compareRecord(store: KeyValueStore, model: KeyValueStoreModel, key: string): Promise<void> {
    const record = await store.get(key);
    const expected = model.get(key);
    assert.equal(record?.contentType, expected?.contentType);
    // `assert.ok` keeps buffers of half a megabyte out of the message.
    assert.ok(
        expected === undefined ? record === undefined : record?.bytes.equals(expected.bytes),
        `the bytes of ${key}`,
    );
    record?.bytes.fill(0);
    assert.equal(store.has(key), expected !== undefined);
}

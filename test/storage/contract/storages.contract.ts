import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { catchError, createStorages, type StorageSetup, type StoragesUnderTest } from '../../support/storages.js';
import { describeDatasets } from './datasets.contract.js';
import { describeKeyValueStores } from './key-value-stores.contract.js';
import { describeRequestQueues } from './request-queues.contract.js';
import { describeStorageUse } from './storage-use.contract.js';
import { describeStorageSchemas } from './storage-schemas.contract.js';

const KINDS = ['datasets', 'keyValueStores', 'requestQueues'] as const;

/** The contract of the storages of an engine, for each backend. */
export function describeStorages(setup: StorageSetup): void {
    describe(`storages in ${setup.name}`, () => {
        describe.each(KINDS)('the collection of %s', (kind) => describeCollection(setup, kind));
        describeDatasets(setup);
        describeStorageSchemas(setup);
        describeKeyValueStores(setup);
        describeRequestQueues(setup);
        describeStorageUse(setup);

        it('are closed once and cannot be used afterwards', async () => {
            const storages = await createStorages(setup);
            const dataset = storages.datasets.create();

            await storages.close();
            await storages.close();

            expect(() => dataset.push({ a: 1 })).toThrow(expect.objectContaining({ code: 'engine-closed' }));
            expect(() => dataset.info()).toThrow(expect.objectContaining({ code: 'engine-closed' }));
            expect(() => storages.datasets.create()).toThrow(expect.objectContaining({ code: 'engine-closed' }));
        });
    });
}

async function readDataset(storages: StoragesUnderTest, id: string): Promise<void> {
    await storages.datasets.find(id)!.list();
}

async function readStore(storages: StoragesUnderTest, id: string): Promise<void> {
    await storages.keyValueStores.find(id)!.get('missing');
}

async function readQueue(storages: StoragesUnderTest, id: string): Promise<void> {
    await storages.requestQueues.find(id)!.get('missing');
}

function describeCollection(setup: StorageSetup, kind: (typeof KINDS)[number]): void {
    it.runIf(setup.isPersistent)('saves the time of the last use after some seconds, even before a crash', async () => {
        vi.useFakeTimers({ toFake: ['setTimeout'] });
        onTestFinished(() => void vi.useRealTimers());
        const storages = await createStorages(setup);
        const { id } = storages[kind].create();
        const use = { datasets: readDataset, keyValueStores: readStore, requestQueues: readQueue }[kind];

        await storages.clock.advance('30d');
        await use(storages, id);
        vi.advanceTimersByTime(5_000);
        await storages.clock.advance('59m');
        await use(storages, id);
        await storages.reopenAfterCrash();

        expect(storages[kind].find(id)!.info()).toMatchObject({
            accessedAt: new Date('2030-01-31T00:00:00.000Z'),
            modifiedAt: new Date('2030-01-01T00:00:00.000Z'),
        });
        expect([...storages[kind].idleSince(Date.parse('2030-01-31T00:00:00.000Z'))]).toEqual([]);
        expect([...storages[kind].idleSince(Date.parse('2030-01-31T00:00:00.001Z'))]).toMatchObject([{ id }]);
    });

    it('creates an unnamed storage that belongs to the user and the run', async () => {
        const storages = await createStorages(setup);

        const storage = storages[kind].create({ actId: 'act', actRunId: 'run' });

        expect(storage.info()).toMatchObject({
            id: expect.stringMatching(/^[a-zA-Z0-9]{17}$/),
            userId: 'user-id',
            username: 'me',
            actId: 'act',
            actRunId: 'run',
            createdAt: new Date('2030-01-01T00:00:00.000Z'),
            modifiedAt: new Date('2030-01-01T00:00:00.000Z'),
            accessedAt: new Date('2030-01-01T00:00:00.000Z'),
            generalAccess: 'FOLLOW_USER_SETTING',
        });
        expect(storage.info().name).toBeNull();
    });

    it('reserves a storage that may never be used, and that looks like any other', async () => {
        const storages = await createStorages(setup);
        const options = { actId: 'act', actRunId: 'run' };
        const { createdAt, ...usual } = storages[kind].create(options).info();

        const id = storages[kind].reserve(options).id;
        const [, listed] = storages[kind].list({ unnamed: true }).items;
        const own = JSON.stringify(listed).replaceAll(id, usual.id);

        expect(JSON.parse(own)).toEqual(JSON.parse(JSON.stringify({ ...usual, createdAt })));
        expect(storages[kind].find(id)!.info()).toEqual(listed);
        storages[kind].find(id)!.update({ name: 'named-later' });
        expect(storages[kind].find('named-later')?.id).toBe(id);
    });

    it('distinguishes used storages from reserved ones', async () => {
        const storages = await createStorages(setup);
        const [used, unused] = [storages[kind].reserve({}).id, storages[kind].reserve({}).id];

        storages[kind].find(used);
        await storages[kind].remove(storages[kind].reserve({}).id);

        expect(storages[kind].findUsed(used)?.id).toBe(used);
        expect(storages[kind].findUsed(unused)).toBeUndefined();
        expect(storages[kind].findUsed('missing')).toBeUndefined();
    });

    it.runIf(setup.isPersistent)('keeps unused storages through a crash', async () => {
        const storages = await createStorages(setup);
        const id = storages[kind].reserve({ actRunId: 'run' }).id;
        const gone = storages[kind].reserve({ actRunId: 'run' }).id;
        await storages[kind].remove(gone);

        await storages.reopenAfterCrash();

        expect(storages[kind].find(id)?.info()).toMatchObject({ id, actRunId: 'run' });
        expect(storages[kind].findUsed(id)?.id).toBe(id);
        expect(storages[kind].find(gone)).toBeUndefined();
    });

    it('creates a named storage once', async () => {
        const storages = await createStorages(setup);

        const first = storages[kind].getOrCreate('my-name');
        const second = storages[kind].getOrCreate('my-name');

        expect(first.isNew).toBe(true);
        expect(second).toEqual({ storage: first.storage, isNew: false });
    });

    it('creates a new storage each time without a name', async () => {
        const storages = await createStorages(setup);

        const first = storages[kind].getOrCreate();
        const second = storages[kind].getOrCreate();

        expect([first.isNew, second.isNew]).toEqual([true, true]);
        expect(first.storage.id).not.toBe(second.storage.id);
    });

    it('finds a storage by id and by every form of its name', async () => {
        const storages = await createStorages(setup);
        const storage = storages[kind].create({ name: 'mine' });

        for (const reference of [storage.id, 'mine', '~mine', 'me~mine', 'me/mine']) {
            expect(storages[kind].find(reference)?.id).toBe(storage.id);
        }
        for (const reference of ['other', 'you~mine', 'you/mine', `me~${storage.id}`, '', '__proto__']) {
            expect(storages[kind].find(reference)).toBeUndefined();
        }
    });

    it.each(['', '-a', 'a-', 'a_b', 'a.b', 'ä', 'a b', 'a/b', '..', 'x'.repeat(64), 'a\n'])(
        'refuses the name %j',
        async (name) => {
            const storages = await createStorages(setup);

            expect(() => storages[kind].create({ name })).toThrow(expect.objectContaining({ code: 'invalid-value' }));
            expect(storages[kind].list({ unnamed: true }).total).toBe(0);
        },
    );

    it('refuses a name that is taken, also by an id', async () => {
        const storages = await createStorages(setup);
        const first = storages[kind].create({ name: 'taken' });
        const second = storages[kind].create();
        const taken = expect.objectContaining({ code: 'name-not-unique' });

        expect(() => storages[kind].create({ name: 'taken' })).toThrow(taken);
        expect(() => storages[kind].create({ name: first.id })).toThrow(taken);
        expect(() => second.update({ name: 'taken' })).toThrow(taken);
        expect(() => second.update({ name: first.id })).toThrow(taken);
        expect(second.info().name).toBeNull();
    });

    it('renames a storage and removes its name', async () => {
        const storages = await createStorages(setup);
        const storage = storages[kind].create({ name: 'before' });
        await storages.clock.advance('1m');

        const renamed = storage.update({ name: 'after', title: 'A title', generalAccess: 'ANYONE_WITH_ID_CAN_READ' });

        expect(renamed).toMatchObject({ name: 'after', title: 'A title', generalAccess: 'ANYONE_WITH_ID_CAN_READ' });
        expect(renamed.modifiedAt).toEqual(new Date('2030-01-01T00:01:00.000Z'));
        expect(storages[kind].find('before')).toBeUndefined();
        expect(storages[kind].find('after')?.id).toBe(storage.id);

        expect(storage.update({ name: null, generalAccess: null })).toMatchObject({
            generalAccess: 'FOLLOW_USER_SETTING',
        });
        expect(storage.info().name).toBeNull();
        expect(storages[kind].find('after')).toBeUndefined();
        expect(storages[kind].create({ name: 'after' }).id).not.toBe(storage.id);
    });

    it('changes nothing if one of the new values is not valid', async () => {
        const storages = await createStorages(setup);
        const storage = storages[kind].create({ name: 'mine' });

        const error = await catchError(() => storage.update({ name: 'other', generalAccess: 'EVERYONE' as never }));
        const unknown = await catchError(() => storage.update({ nome: 'x' } as never));

        expect(error).toMatchObject({ code: 'invalid-value' });
        expect(unknown).toMatchObject({ code: 'unknown-option' });
        expect(storage.info().name).toBe('mine');
    });

    it('returns copies', async () => {
        const storages = await createStorages(setup);
        const storage = storages[kind].create({ name: 'mine' });

        const info = storage.info();
        info.name = 'changed';
        info.createdAt.setFullYear(1999);

        expect(storage.info()).toMatchObject({ name: 'mine', createdAt: new Date('2030-01-01T00:00:00.000Z') });
    });

    it('lists named or all storages, oldest or newest first, page by page', async () => {
        const storages = await createStorages(setup);
        for (const name of ['one', undefined, 'two', 'three']) storages[kind].create({ name });
        const names = (options: object): (string | undefined)[] =>
            storages[kind].list(options).items.map(({ name }: { name?: string }) => name);

        expect(names({})).toEqual(['one', 'two', 'three']);
        expect(names({ unnamed: true })).toEqual(['one', null, 'two', 'three']);
        expect(names({ desc: true, limit: 2 })).toEqual(['three', 'two']);
        expect(names({ offset: 1, limit: 1 })).toEqual(['two']);
        expect(names({ ownership: 'ownedByMe' })).toHaveLength(3);
        expect(names({ ownership: 'sharedWithMe' })).toEqual([]);
        expect(storages[kind].list({ offset: 1, limit: 5000 })).toMatchObject({
            total: 3,
            offset: 1,
            limit: 1000,
            count: 2,
            desc: false,
            unnamed: false,
        });
    });

    it.each([{ limit: -1 }, { offset: 1.5 }, { desc: 'yes' }, { ownership: 'all' }, { foo: 1 }])(
        'refuses to list with %j',
        async (options) => {
            const storages = await createStorages(setup);

            expect(() => storages[kind].list(options as never)).toThrow(/options/);
        },
    );

    it('removes a storage and invalidates its handle', async () => {
        const storages = await createStorages(setup);
        const storage = storages[kind].create({ name: 'mine' });

        await storages[kind].remove(storage.id);
        await storages[kind].remove(storage.id);

        expect(storages[kind].find('mine')).toBeUndefined();
        expect(() => storage.info()).toThrow(expect.objectContaining({ code: 'record-not-found' }));
        expect(() => storage.update({ name: 'x' })).toThrow(expect.objectContaining({ code: 'record-not-found' }));
        expect(storages[kind].getOrCreate('mine').isNew).toBe(true);
    });

    it.runIf(setup.isPersistent)('is the same after a proper close and after a crash', async () => {
        const storages = await createStorages(setup);
        for (const name of ['b', undefined, 'a']) {
            storages[kind].create({ name, actRunId: 'run' });
            await storages.clock.advance(1000);
        }
        const removed = storages[kind].create({ name: 'c' });
        await storages[kind].remove(removed.id);
        storages[kind].find('a')?.update({ name: 'd', title: 'T' });
        const before = storages[kind].list({ unnamed: true });

        await storages.reopen();
        const closed = storages[kind].list({ unnamed: true });
        await storages.reopenAfterCrash();
        const crashed = storages[kind].list({ unnamed: true });

        expect(before.items.map(({ name }: { name?: string }) => name)).toEqual(['b', null, 'd']);
        expect(closed).toEqual(before);
        expect(crashed).toEqual(before);
        expect(storages[kind].find('d')?.info()).toMatchObject({ title: 'T', actRunId: 'run' });
    });
}

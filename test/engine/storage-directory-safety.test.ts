import { spawnSync } from 'node:child_process';
import {
    chmodSync,
    lstatSync,
    mkdirSync,
    readdirSync,
    realpathSync,
    rmSync,
    symlinkSync,
    truncateSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createEngine, type EngineOptions } from 'greenroom';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mountSmallDisk } from '../support/files/small-disk.js';
import { tempDir } from '../support/files/temp-dir.js';
import { addSource, makeEngine } from '../support/make-engine.js';

/** Returns an engine with one storage of each kind, and their clients. */
async function openFilled(storageDir: string, options?: EngineOptions) {
    const engine = await createEngine({ storageDir, prewarm: 0, ...options });
    onTestFinished(() => engine.close({ force: true }).catch(() => {}));
    const { client } = engine;
    const [d, k, q] = await Promise.all([
        client.datasets().getOrCreate('items'),
        client.keyValueStores().getOrCreate('records'),
        client.requestQueues().getOrCreate('requests'),
    ]);
    const [dataset, store, queue] = [client.dataset(d.id), client.keyValueStore(k.id), client.requestQueue(q.id)];
    await dataset.pushItems([{ n: 1 }]);
    await store.setRecord({ key: 'a', value: { n: 1 } });
    await queue.addRequest({ url: 'https://example.com/1', uniqueKey: '1' });
    return { engine, client, dataset, store, queue };
}

describe.skipIf(process.platform === 'win32')('a new storage directory', () => {
    it('is private to the user, with all files and folders in it, with any umask', async () => {
        const before = process.umask(0);
        onTestFinished(() => void process.umask(before));
        const storageDir = join(await tempDir(), 'parent', 'storage');
        const { engine, client, store } = await openFilled(storageDir);
        await store.setRecord({ key: 'large', value: Buffer.alloc(600 * 1024) });
        const actor = await addSource(engine, `export default ({ Actor }) => Actor.pushData({ n: 1 })`);
        await engine.addActor(
            {
                name: 'built',
                sourceFiles: [
                    { name: 'a/b.js', content: '' },
                    { name: 'main.js', content: '' },
                ],
            },
            { snapshot: true },
        );
        await engine.call(actor, { secret: 1 });
        await client.actor(actor).version('0.0').envVars().create({ name: 'KEY', value: 'hidden', isSecret: true });
        const readable = (): string[] =>
            ['.', ...readdirSync(storageDir, { recursive: true, encoding: 'utf8' })].filter((name) => {
                const path = join(storageDir, name);
                // Files behind links do not belong to the directory.
                return realpathSync(path) === path && (lstatSync(path).mode & 0o077) !== 0;
            });

        expect(readable()).toEqual([]);
        await engine.close();
        expect(readable()).toEqual([]);
        // Only the directory itself: its parents are not the engine's.
        expect(lstatSync(join(storageDir, '..')).mode & 0o777).toBe(0o777);
    });

    it('keeps the permissions of an existing directory', async () => {
        const storageDir = join(await tempDir(), 'storage');
        mkdirSync(storageDir);
        chmodSync(storageDir, 0o750);

        await openFilled(storageDir);

        expect(lstatSync(storageDir).mode & 0o777).toBe(0o750);
    });
});

describe('a storage directory that another program removes while it is open', () => {
    it.each([
        ['all of it', (path: string) => rmSync(path, { recursive: true })],
        [
            'its contents',
            (path: string) => readdirSync(path).forEach((name) => rmSync(join(path, name), { recursive: true })),
        ],
        [
            'all of it, and a new one is created',
            (path: string) => {
                rmSync(path, { recursive: true });
                mkdirSync(path);
            },
        ],
    ])('refuses writes and is not created again: %s', async (_what, remove) => {
        const storageDir = join(await tempDir(), 'storage');
        const { engine, client, dataset, store, queue } = await openFilled(storageDir);
        remove(storageDir);

        const refused: unknown = expect.objectContaining({
            code: 'storage-failed',
            message: expect.stringMatching(/removed|does not exist/),
        });
        await expect(dataset.pushItems([{ n: 2 }])).rejects.toThrow(refused);
        await expect(store.setRecord({ key: 'a', value: { n: 2 } })).rejects.toThrow(refused);
        await expect(store.setRecord({ key: 'b', value: { n: 2 } })).rejects.toThrow(refused);
        await expect(store.setRecord({ key: 'c', value: Buffer.alloc(600 * 1024) })).rejects.toThrow(refused);
        await expect(queue.addRequest({ url: 'https://example.com/2', uniqueKey: '2' })).rejects.toThrow(refused);
        await expect(client.datasets().getOrCreate('another')).rejects.toThrow(refused);
        await expect(addSource(engine, 'export default () => 1')).rejects.toThrow(refused);

        await engine.close().catch(() => {});
        const left = readdirSync(join(storageDir, '..'), { recursive: true });
        expect(left.filter((name) => name !== 'storage')).toEqual([]);
    });

    it('refuses the pushes of an Actor in a thread', async () => {
        const storageDir = join(await tempDir(), 'storage');
        const engine = await createEngine({ storageDir, prewarm: 0 });
        const actor = await addSource(
            engine,
            `import { rmSync } from 'node:fs';
            export default async ({ Actor, log }) => {
                for (let n = 0; n < 20; n++) await Actor.pushData({ n });
                rmSync(${JSON.stringify(storageDir)}, { recursive: true });
                await Actor.pushData({ n: 20 }).then(() => log.info('acknowledged'), (error) => log.info(error.message));
            }`,
        );
        const lines: string[] = [];
        engine.on('run.log', ({ line }) => lines.push(line));

        await engine.call(actor);

        expect(lines.join()).toContain('has removed the file or its directory');
        await engine.close().catch(() => {});
    });
});

describe('a record whose file was changed outside the engine', () => {
    it.each(['text', 'bytes', 'json', 'number', 'large', 'compressed'])(
        'is reported instead of served, by the client, an Actor and the API: %s',
        async (key) => {
            const storageDir = await tempDir();
            const { engine, store } = await openFilled(storageDir);
            const { id } = (await store.get())!;
            const values: Record<string, unknown> = {
                text: 'some text',
                bytes: Buffer.alloc(99, 1),
                json: { a: 'value' },
                number: 12_345,
                large: 'x'.repeat(300_000),
            };
            const url = `http://engine/v2/key-value-stores/${id}/records/${key}`;
            const headers = { authorization: `Bearer ${engine.token}` };
            if (key === 'compressed') {
                const { gzipSync } = await import('node:zlib');
                const body = gzipSync('{"a":1}'.padEnd(3_000));
                const request = {
                    method: 'PUT',
                    body,
                    headers: { ...headers, 'content-encoding': 'gzip', 'content-type': 'application/json' },
                };
                expect((await engine.fetch(new Request(url, request))).status).toBe(201);
            } else await store.setRecord({ key, value: values[key] });
            const folder = join(storageDir, 'key-value-stores', id, 'records');
            const file = join(
                folder,
                readdirSync(folder).find((name) => name.startsWith(key))!,
            );
            truncateSync(file, lstatSync(file).size - 1);

            const damaged: unknown = expect.objectContaining({
                code: 'storage-corrupted',
                message: expect.stringContaining(`Record \`${key}\` is damaged`),
            });
            await expect(store.getRecord(key)).rejects.toThrow(damaged);
            const response = await engine.fetch(new Request(url, { headers }));
            expect([response.status, await response.json()]).toEqual([
                500,
                { error: { type: 'storage-corrupted', message: expect.stringContaining('were written') } },
            ]);
            await engine.addActor({
                name: 'reader',
                run: async ({ Actor }) => (await Actor.openKeyValueStore('records')).getValue(key),
            });
            const run = await engine.call('reader');
            expect([run.status, run.statusMessage]).toEqual(['FAILED', expect.stringContaining('is damaged')]);

            await store.setRecord({ key, value: 'new' });
            expect((await store.getRecord(key))?.value).toBe('new');
        },
    );

    it('is served if a user has edited JSON, also after the engine is opened again', async () => {
        const storageDir = await tempDir();
        const first = await openFilled(storageDir);
        const { id } = (await first.store.get())!;
        await first.engine.close();
        writeFileSync(join(storageDir, 'key-value-stores', id, 'records', 'a.json'), '{"edited":true}');

        for (let round = 0; round < 2; round++) {
            const engine = await createEngine({ storageDir, prewarm: 0 });
            expect((await engine.client.keyValueStore(id).getRecord('a'))?.value).toEqual({ edited: true });
            await engine.close();
        }
    });

    it('is not mistaken for a record whose change was interrupted by a crash', async () => {
        const storageDir = await tempDir();
        const { engine, store } = await openFilled(storageDir);
        const { id } = (await store.get())!;
        await store.setRecord({ key: 'page', value: 'short', contentType: 'text/plain' });
        await store.setRecord({ key: 'page', value: 'much longer', contentType: 'text/plain' });
        await engine.close();
        // The line with the new size is written before the file is replaced.
        writeFileSync(join(storageDir, 'key-value-stores', id, 'records', 'page.txt'), 'short');

        const { client } = await makeEngine({ storageDir, prewarm: 0 });

        expect((await client.keyValueStore(id).getRecord('page'))?.value).toBe('short');
    });
});

describe('a deleted record whose file could not be removed', () => {
    it('stays deleted', async () => {
        const storageDir = await tempDir();
        const { engine, store } = await openFilled(storageDir);
        const { id } = (await store.get())!;
        await store.deleteRecord('a');
        await engine.close();
        writeFileSync(join(storageDir, 'key-value-stores', id, 'records', 'a.json'), '{}');

        const { client } = await makeEngine({ storageDir, prewarm: 0 });

        expect(await client.keyValueStore(id).getRecord('a')).toBeUndefined();
    });
});

describe.skipIf(process.platform === 'win32')('a storage folder that cannot be read', () => {
    it.each(['datasets', 'key-value-stores', 'request-queues'])(
        'affects only its storage, and is reported when the directory is opened: %s',
        async (kind) => {
            const storageDir = await tempDir();
            const first = await openFilled(storageDir);
            await first.engine.close();
            const [id = ''] = readdirSync(join(storageDir, kind));
            const folder = join(storageDir, kind, id);
            rmSync(folder, { recursive: true });
            // A link to itself cannot be read by any user, not even by root.
            symlinkSync(folder, folder);
            const warnings: string[] = [];
            const warn = (message: string): void => void warnings.push(message);

            const engine = await makeEngine({
                storageDir,
                prewarm: 0,
                logger: { debug() {}, info() {}, warn, error: warn },
            });

            expect(warnings.join()).toContain(folder);
            const read = {
                datasets: () => engine.client.dataset('local~items').listItems(),
                'key-value-stores': () => engine.client.keyValueStore('local~records').getRecord('a'),
                'request-queues': () => engine.client.requestQueue('local~requests').listHead(),
            };
            for (const [other, attempt] of Object.entries(read)) {
                if (other !== kind) await attempt();
                else await expect(attempt()).rejects.toMatchObject({ message: expect.stringContaining(folder) });
            }
            await engine.addActor({ name: 'after', run: ({ Actor }) => Actor.pushData({ n: 1 }) });
            expect((await engine.call('after')).status).toBe('SUCCEEDED');
        },
    );
});

describe('a disk that becomes read-only', () => {
    it('refuses writes, loses nothing that was acknowledged, and lets the engine close', async ({ skip }) => {
        const disk = mountSmallDisk(8);
        if (disk === undefined) return skip('This user may not mount a disk.');
        const storageDir = join(disk.directory, 'storage');
        const { engine, client, dataset, store, queue } = await openFilled(storageDir);
        // Open files can still be written, as nothing else can make a disk read-only that is in use.
        const remount = (mode: string): number | null =>
            spawnSync('mount', ['-o', `remount,bind,${mode}`, disk.directory]).status;
        if (spawnSync('mount', ['--bind', disk.directory, disk.directory]).status !== 0 || remount('ro') !== 0) {
            return skip('This user may not mount a disk.');
        }
        onTestFinished(() => void spawnSync('umount', ['-l', disk.directory]));
        const outcomes = await Promise.allSettled([
            dataset.pushItems([{ n: 2 }]),
            store.setRecord({ key: 'a', value: { n: 2 } }),
            store.setRecord({ key: 'b', value: 'new' }),
            queue.addRequest({ url: 'https://example.com/2', uniqueKey: '2' }),
            client.dataset('local~items').delete(),
            client.keyValueStores().getOrCreate('another'),
        ]);
        const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(refused.length).toBeGreaterThan(2);
        for (const { reason } of refused)
            expect(reason).toMatchObject({ code: 'storage-failed', message: expect.stringContaining('read-only') });
        await store.deleteRecord('a').catch(() => {});
        expect((await dataset.listItems()).items[0]).toEqual({ n: 1 });
        await engine.close().catch(() => {});
        remount('rw');

        const again = await makeEngine({ storageDir, prewarm: 0 });
        const items = (await again.client.dataset('local~items').listItems()).items;
        expect(items).toEqual(outcomes[0].status === 'fulfilled' ? [{ n: 1 }, { n: 2 }] : [{ n: 1 }]);
        expect(await again.client.keyValueStore('local~records').getRecord('b')).toBeUndefined();
        expect((await again.client.requestQueue('local~requests').get())?.totalRequestCount).toBe(
            outcomes[3].status === 'fulfilled' ? 2 : 1,
        );
    });
});

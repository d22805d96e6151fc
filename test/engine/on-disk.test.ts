import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createEngine } from 'greenroom';
import { describe, expect, it, onTestFinished } from 'vitest';
import { editDocument, journalOf, refuseWrites } from '../support/files/documents.js';
import { addSource, makeEngine } from '../support/make-engine.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function makeDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'greenroom-test-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    return directory;
}

const WRITES_ALL = `import { Actor } from 'apify';
    await Actor.init();
    await Actor.pushData([{ n: 1 }, { n: 2 }]);
    await Actor.setValue('page.html', '<p>hi</p>', { contentType: 'text/html' });
    const queue = await Actor.openRequestQueue('shared-queue');
    await queue.addRequest({ url: 'https://example.com/1' });
    console.log('wrote all');
    await Actor.exit('done');`;

describe('an engine on a directory', () => {
    it('has its whole state after it is opened again', async () => {
        const storageDir = await makeDirectory();
        const first = await createEngine({ storageDir });
        const run = await first.call(await addSource(first, WRITES_ALL), { a: 1 });
        const info = await run.info();
        const log = await run.log.text();
        await first.close();

        const { client } = await makeEngine({ storageDir });

        expect(await client.run(run.id).get()).toEqual(info);
        expect((await client.run(run.id).dataset().listItems()).items).toEqual([{ n: 1 }, { n: 2 }]);
        expect((await client.run(run.id).keyValueStore().getRecord('page.html'))?.value).toBe('<p>hi</p>');
        expect((await client.run(run.id).keyValueStore().getRecord('INPUT'))?.value).toEqual({ a: 1 });
        expect((await client.requestQueue('local~shared-queue').get())?.totalRequestCount).toBe(1);
        expect(await client.log(run.id).get()).toBe(log);
        expect((await client.actor('under-test').get())?.id).toBe(info.actId);
    });

    it('runs an Actor that was added before', async () => {
        const storageDir = await makeDirectory();
        const first = await createEngine({ storageDir });
        await addSource(first, 'export default () => 7;');
        await first.close();

        const second = await makeEngine({ storageDir });

        expect(await (await second.call('under-test')).output()).toBe(7);
    });

    it('accepts a relative path', async () => {
        const storageDir = await makeDirectory();
        const engine = await makeEngine({ storageDir: relative(process.cwd(), storageDir) });
        const actor = await addSource(engine, WRITES_ALL);

        const run = await engine.call(actor);

        expect(run.status, run.statusMessage).toBe('SUCCEEDED');
        expect(await run.items()).toEqual([{ n: 1 }, { n: 2 }]);
    });

    it('is rejected while another engine uses the directory', async () => {
        const storageDir = await makeDirectory();
        await makeEngine({ storageDir });

        await expect(createEngine({ storageDir })).rejects.toMatchObject({
            code: 'storage-in-use',
            message: expect.stringContaining(String(process.pid)),
        });
    });
});

describe('a dataset with views', () => {
    it('has them from the Actor’s schema, also after reopening', async () => {
        const storageDir = await makeDirectory();
        const first = await createEngine({ storageDir });
        const schema = { actorSpecification: 1, views: { names: { transformation: { fields: ['name'] } } } };
        await first.addActor({
            name: 'lister',
            sourceFiles: [
                {
                    name: '.actor/actor.json',
                    content: JSON.stringify({
                        actorSpecification: 1,
                        name: 'lister',
                        version: '0.0',
                        storages: { dataset: './dataset_schema.json' },
                    }),
                },
                { name: '.actor/dataset_schema.json', content: JSON.stringify(schema) },
                {
                    name: 'main.js',
                    content: `module.exports = ({ Actor }) => Actor.pushData({ name: 'Ada', age: 36 });`,
                },
            ],
        });
        const run = await first.call('lister');
        expect(await run.items({ view: 'names' }), run.statusMessage).toEqual([{ name: 'Ada' }]);
        const csv = await run.dataset.downloadItems('csv', { view: 'names', bom: false });
        expect(csv.toString().trim()).toMatch(/^"?name"?\r?\n"?Ada"?$/);
        await first.close();

        const { client } = await makeEngine({ storageDir });

        const { items } = await client.run(run.id).dataset().listItems({ view: 'names' });
        expect(items).toEqual([{ name: 'Ada' }]);
    });
});

describe('the runs of a directory', () => {
    it('keep their order, names and contents', async () => {
        const storageDir = await makeDirectory();
        const first = await createEngine({ storageDir });
        await first.addActor({ name: 'nothing', run: async () => {} });
        const [edited, removed, same] = [
            await first.call('nothing'),
            await first.call('nothing'),
            await first.call('nothing'),
        ];
        await first.close();
        editDocument(storageDir, 'runs', edited.id, (line) =>
            line.replace('"SUCCEEDED"', '"FAILED"').replace('exit code 0', 'a bang'),
        );
        editDocument(storageDir, 'runs', removed.id, () => undefined);

        for (const time of ['the first', 'the second']) {
            const engine = await createEngine({ storageDir });
            const failed = await engine.client.runs().list({ status: 'FAILED' });
            const all = await engine.client.runs().list();
            const run = await engine.client.run(edited.id).get();
            await engine.close();

            expect(failed.items, time).toMatchObject([{ id: edited.id }]);
            expect(run?.statusMessage, time).toBe('Actor finished with a bang');
            expect(all.items.map(({ id }) => id).toSorted(), time).toEqual([edited.id, same.id].toSorted());
        }
    });
});

describe('a full disk', () => {
    it('affects neither the run nor the process, and is reported', async () => {
        const storageDir = await makeDirectory();
        const engine = await createEngine({ storageDir });
        onTestFinished(() => engine.close({ force: true }).catch(() => {}));
        const warnings: string[] = [];
        engine.on('warning', ({ message }) => warnings.push(message));
        const run = await engine.start(
            await addSource(engine, `console.log('up'); setTimeout(() => { console.log('down'); }, 50);`),
        );
        for await (const line of run.log) if (line.endsWith(' up')) break;

        refuseWrites(journalOf(storageDir, 'runs'));
        const { status } = await run.finished();

        expect(status).toBe('SUCCEEDED');
        expect(warnings).toEqual([`Run \`${run.id}\` could not write its record to disk.`]);
    });
});

describe('a process that is killed with live runs', () => {
    it('leaves them ABORTED with a message and keeps all awaited writes', async () => {
        const storageDir = await makeDirectory();
        const program = join(storageDir, '..', `${Date.now()}-host.mjs`);
        onTestFinished(() => rm(program, { force: true }));
        await writeFile(
            program,
            `import { createEngine } from ${JSON.stringify(`file://${ROOT}/dist/index.js`)};
            const engine = await createEngine({ storageDir: ${JSON.stringify(storageDir)} });
            await engine.addActor({ name: 'pusher', source: \`
                import { Actor } from 'apify';
                await Actor.init();
                for (let n = 0; ; n++) { await Actor.pushData({ n }); await Actor.setStatusMessage(String(n)); }\` });
            const run = await engine.start('pusher');
            engine.on('run.status-message', ({ statusMessage }) => process.send({ id: run.id, awaited: Number(statusMessage) }));`,
        );
        const host = fork(program, { stdio: 'ignore' });
        let last = { id: '', awaited: -1 };
        await new Promise<void>((resolve) => {
            host.on('message', (message: typeof last) => {
                last = message;
                if (message.awaited >= 200) resolve();
            });
        });
        host.kill('SIGKILL');
        await once(host, 'exit');

        const { client } = await makeEngine({ storageDir });

        const run = await client.run(last.id).get();
        expect(run?.status).toBe('ABORTED');
        expect(run?.statusMessage).toMatch(/process of the engine ended/);
        const { items } = await client.run(last.id).dataset().listItems();
        expect(items.length).toBeGreaterThan(last.awaited);
        expect(run?.stats.datasetItems).toBe(items.length);
        expect(items.map(({ n }) => n)).toEqual(items.map((_, index) => index));
    });
});

describe('the return value of a function', () => {
    it.each(['thread', 'pooled', 'process', 'inline'] as const)(
        'fails its run if it cannot be written: %s',
        async (isolation) => {
            const storageDir = await makeDirectory();
            const engine = await createEngine({ storageDir, isolation });
            onTestFinished(() => engine.close({ force: true }).catch(() => {}));
            // A folder in place of the record's file makes the write fail, as a full disk does.
            const source = `import { mkdirSync } from 'node:fs';
                export default ({ input, Actor }) => {
                    const { defaultKeyValueStoreId } = Actor.getEnv();
                    mkdirSync(input.folder + defaultKeyValueStoreId + '/records/OUTPUT.json/x', { recursive: true });
                    return 'lost';
                };`;
            const folder = join(storageDir, 'key-value-stores/');

            const run = await engine.call(await addSource(engine, source), { folder });

            expect(run).toMatchObject({ status: 'FAILED', exitCode: 91 });
            expect(run.statusMessage).toContain('Could not change a record');
            expect(await run.log.text()).toContain('Could not change a record');
        },
    );
});

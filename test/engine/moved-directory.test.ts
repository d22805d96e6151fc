import {
    cpSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createEngine, type Engine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { documentsIn, editDocument } from '../support/files/documents.js';
import { tempDir } from '../support/files/temp-dir.js';
import { makeEngine } from '../support/make-engine.js';

const SOURCE = `export default async ({ Actor }) => {
    await Actor.pushData({ n: 1 });
    return import.meta.url;
};`;

/** Fills a storage directory with a text Actor, a build and a run. */
async function fill(storageDir: string): Promise<Engine> {
    const engine = await createEngine({ storageDir, prewarm: 0 });
    await engine.addActor({ name: 'text', source: SOURCE });
    await engine.addActor({ name: 'built', sourceFiles: [{ name: 'main.mjs', content: SOURCE }] }, { snapshot: true });
    await engine.addActor({ name: 'fake', run: ({ Actor }) => Actor.pushData({ n: 1 }) });
    await engine.call('fake');
    return engine;
}

/** Returns a hash of all files of a directory, except for locks. */
function hashOf(directory: string): string {
    const hash = createHash('sha256');
    for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted()) {
        const path = join(directory, name);
        if (name.startsWith('owner-') || !statSync(path).isFile()) continue;
        hash.update(name).update(readFileSync(path));
    }
    return hash.digest('hex');
}

async function deleteEverything({ client }: Engine): Promise<void> {
    for (const { id } of (await client.runs().list()).items) await client.run(id).delete();
    for (const { id } of (await client.actors().list({ my: true })).items) await client.actor(id).delete();
    for (const kind of ['dataset', 'keyValueStore', 'requestQueue'] as const) {
        const { items } = await client[`${kind}s`]().list({ unnamed: true });
        for (const { id } of items) await client[kind](id).delete();
    }
}

describe('a copy of a storage directory', () => {
    it.each(['closed', 'open'])('is independent of the original, which is %s', async (state) => {
        const base = await tempDir();
        const [original, copy] = [join(base, 'original'), join(base, 'copy')];
        const first = await fill(original);
        if (state === 'closed') await first.close();
        const before = hashOf(original);
        cpSync(original, copy, { recursive: true, verbatimSymlinks: true });

        const engine = await makeEngine({ storageDir: copy, prewarm: 0 });
        for (const name of ['text', 'built']) {
            expect(await (await engine.call(name)).output()).toContain(join(copy, 'sources'));
        }
        await deleteEverything(engine);

        expect(readdirSync(join(copy, 'sources'))).toEqual(['node_modules']);
        expect(hashOf(original)).toBe(before);
        await first.close();
    });

    it('is independent if an earlier version stored absolute paths', async () => {
        const base = await tempDir();
        const [original, copy] = [join(base, 'original'), join(base, 'copy')];
        await (await fill(original)).close();
        for (const [id, document] of documentsIn(original, 'builds')) {
            const blueprint = document['blueprint'] as { directory: string; entryFile?: string };
            if (blueprint.directory === '') continue;
            expect(blueprint.directory).toMatch(/^sources\/actor-/);
            blueprint.directory = join(original, blueprint.directory);
            if (blueprint.entryFile !== undefined) blueprint.entryFile = join(original, blueprint.entryFile);
            editDocument(original, 'builds', id, () => JSON.stringify([id, document]));
        }
        const before = hashOf(original);
        cpSync(original, copy, { recursive: true, verbatimSymlinks: true });

        const engine = await makeEngine({ storageDir: copy, prewarm: 0 });
        expect(await (await engine.call('text')).output()).toContain(join(copy, 'sources'));
        await deleteEverything(engine);

        expect(hashOf(original)).toBe(before);
    });
});

describe('a storage directory', () => {
    it('works after it was moved, and through a link', async () => {
        const base = await tempDir();
        await (await fill(join(base, 'before'))).close();
        renameSync(join(base, 'before'), join(base, 'after'));
        symlinkSync(join(base, 'after'), join(base, 'link'), 'junction');

        const engine = await makeEngine({ storageDir: join(base, 'link'), prewarm: 0 });

        for (const name of ['text', 'built']) {
            expect(await (await engine.call(name)).output()).toContain(join(base, 'after', 'sources'));
        }
    });

    it('is still locked after it was moved while an engine has it open', async () => {
        const base = await tempDir();
        const engine = await createEngine({ storageDir: join(base, 'before'), prewarm: 0 });
        renameSync(join(base, 'before'), join(base, 'after'));

        await expect(createEngine({ storageDir: join(base, 'after') })).rejects.toMatchObject({
            code: 'storage-in-use',
        });

        renameSync(join(base, 'after'), join(base, 'before'));
        await engine.close();
    });

    it('is refused if one of its folders is a link that leads outside', async () => {
        const base = await tempDir();
        const [storageDir, outside] = [join(base, 'storage'), join(base, 'outside')];
        await (await createEngine({ storageDir, prewarm: 0 })).close();
        mkdirSync(join(outside, 'node_modules'), { recursive: true });
        writeFileSync(join(outside, 'node_modules', 'precious'), 'mine');
        const folders = [
            'datasets',
            'key-value-stores',
            'request-queues',
            'registry/charges',
            'registry',
            'logs',
            'sources',
            'tmp',
        ];
        for (const name of folders) {
            const path = join(storageDir, name);
            rmSync(path, { recursive: true, force: true });
            symlinkSync(outside, path, 'junction');

            await expect(createEngine({ storageDir }), name).rejects.toMatchObject({
                code: 'storage-corrupted',
                message: expect.stringContaining('outside the storage directory'),
            });

            rmSync(path);
        }
        expect(readdirSync(outside)).toEqual(['node_modules']);
        expect(readFileSync(join(outside, 'node_modules', 'precious'), 'utf8')).toBe('mine');
    });

    it('removes no record through a link that leads outside', async () => {
        const base = await tempDir();
        const [storageDir, outside] = [join(base, 'storage'), join(base, 'outside')];
        const first = await createEngine({ storageDir, prewarm: 0 });
        const { id } = await first.client.keyValueStores().getOrCreate('store');
        await first.client.keyValueStore(id).setRecord({ key: 'a', value: { a: 1 } });
        await first.close();
        renameSync(join(storageDir, 'key-value-stores', id, 'records'), outside);
        symlinkSync(outside, join(storageDir, 'key-value-stores', id, 'records'), 'junction');

        const { client } = await makeEngine({ storageDir, prewarm: 0 });

        const refused: unknown = expect.objectContaining({ code: 'storage-corrupted' });
        await expect(client.keyValueStore(id).deleteRecord('a')).rejects.toThrow(refused);
        await expect(client.keyValueStore(id).setRecord({ key: 'a', value: 1 })).rejects.toThrow(refused);
        expect(readFileSync(join(outside, 'a.json'), 'utf8')).toContain('"a": 1');
        await client.keyValueStores().getOrCreate('another');
    });

    it.each([
        ['runs', 'run'],
        ['builds', 'build'],
    ])('ignores a document whose id is a path: %s', async (collection, field) => {
        const base = await tempDir();
        const storageDir = join(base, 'storage', 'deep');
        await (await fill(storageDir)).close();
        const victims = ['victim.log', 'victim.jsonl'].map((name) => join(base, name));
        for (const path of victims) writeFileSync(path, 'mine');
        for (const [id, document] of documentsIn(storageDir, collection)) {
            const evil = { ...document, [field]: { ...(document[field] as object), id: '../../../victim' } };
            editDocument(storageDir, collection, id, () => JSON.stringify(['../../../victim', evil]));
        }

        const engine = await makeEngine({
            storageDir,
            prewarm: 0,
            logger: { debug() {}, info() {}, warn() {}, error() {} },
        });
        await deleteEverything(engine);

        expect(victims.map((path) => readFileSync(path, 'utf8'))).toEqual(['mine', 'mine']);
    });

    it('never removes or leaves itself for a build whose path was edited', async () => {
        const base = await tempDir();
        const [storageDir, outside] = [join(base, 'storage'), join(base, 'outside')];
        await (await fill(storageDir)).close();
        mkdirSync(outside);
        writeFileSync(join(outside, 'precious'), 'mine');
        const paths = [outside, '../outside', 'sources/../../outside', '.'];
        for (const path of paths) {
            for (const [id, document] of documentsIn(storageDir, 'builds')) {
                const edited = { ...document, blueprint: { ...(document['blueprint'] as object), directory: path } };
                editDocument(storageDir, 'builds', id, () => JSON.stringify([id, edited]));
            }
            const logger = { debug() {}, info() {}, warn() {}, error() {} };
            const engine = await createEngine({ storageDir, prewarm: 0, logger });
            await engine.client.actor('text').delete();
            expect(readdirSync(outside), path).toEqual(['precious']);
            expect(existsSync(join(storageDir, 'format.json'))).toBe(true);
            await engine.addActor({ name: 'text', source: SOURCE });
            await engine.close();
        }
    });
});

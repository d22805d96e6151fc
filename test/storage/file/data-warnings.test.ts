import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { documentsIn, editDocument, journalOf, replaceInDocuments } from '../../support/files/documents.js';
import { makeEngine } from '../../support/make-engine.js';
import { ROOT } from '../../support/docs/source-files.js';
import { tempDir } from '../../support/files/temp-dir.js';

/** Creates a directory with a run whose document cannot be read. */
async function createCorruptedDirectory(): Promise<{ storageDir: string; path: string }> {
    const storageDir = await tempDir();
    const engine = await createEngine({ storageDir });
    await engine.addActor({ name: 'once', run: () => 1 });
    const { id } = await engine.call('once');
    await engine.close();
    editDocument(storageDir, 'runs', id, (line) => `${line.slice(0, 50)}]`);
    return { storageDir, path: journalOf(storageDir, 'runs') };
}

describe('a warning while a directory is being opened', () => {
    it('reaches the first listener once, and the logger', async () => {
        const { storageDir, path } = await createCorruptedDirectory();
        const logged: string[] = [];
        const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void logged.push(message) };
        const [first, second]: [string[], string[]] = [[], []];

        const engine = await makeEngine({ storageDir, logger });
        engine.on('warning', ({ message }) => first.push(message));
        engine.on('warning', ({ message }) => second.push(message));
        await Promise.resolve();

        expect(logged).toEqual([expect.stringContaining(path)]);
        expect(first).toEqual(logged);
        expect(second).toEqual([]);
    });

    it('is emitted as a process warning if no listener exists', async () => {
        const { storageDir, path } = await createCorruptedDirectory();
        const program = `import { createEngine } from 'greenroom';
            const engine = await createEngine({ storageDir: ${JSON.stringify(storageDir)} });
            setTimeout(() => engine.close(), 50);`;

        const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
            cwd: ROOT,
            encoding: 'utf8',
        });

        expect(stderr).toContain('GreenroomWarning');
        expect(stderr).toContain(path);
    });
});

describe('a torn tail after a crash', () => {
    it('is reported when it is truncated, long after the directory was opened', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.storages.seed({ datasets: { products: [{ n: 1 }] } });
        await first.close();
        const [folder] = readdirSync(join(storageDir, 'datasets'));
        const path = join(storageDir, 'datasets', folder!, 'items.jsonl');
        appendFileSync(path, '{"n":2,"torn');
        const engine = await makeEngine({ storageDir });
        const warnings: string[] = [];
        engine.on('warning', ({ message }) => warnings.push(message));

        expect((await engine.client.dataset('local~products').listItems()).items).toEqual([{ n: 1 }]);
        expect(warnings).toEqual([expect.stringContaining(`\`${path}\` ended in the middle of a line`)]);
        expect(readFileSync(path, 'utf8')).toBe('{"n":1}\n');
    });
});

describe('incomplete data after a crash', () => {
    it('is removed when the directory is opened: folders of Actors and unreferenced builds', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.addActor({ name: 'written', source: 'export default () => 1;' });
        const { items } = await first.client.builds().list();
        await first.close();
        const orphan = documentsIn<{
            build: { id: string; actId: string };
            blueprint: Record<string, unknown>;
        }>(storageDir, 'builds').get(items[0]!.id)!;
        Object.assign(orphan.build, { id: 'orphan', actId: 'nobody' });
        Object.assign(orphan.blueprint, { sourceFiles: undefined, directory: '/nowhere' });
        appendFileSync(journalOf(storageDir, 'builds'), `${JSON.stringify(['orphan', orphan])}\n`);
        mkdirSync(join(storageDir, 'sources', 'actor-orphan'));
        writeFileSync(join(storageDir, 'tmp', 'runs-abc'), 'half');

        const engine = await makeEngine({ storageDir });

        expect(await (await engine.call('written')).output()).toBe(1);
        expect(readdirSync(join(storageDir, 'sources')).filter((name) => name.startsWith('actor-'))).toHaveLength(1);
        expect([...documentsIn(storageDir, 'builds').keys()]).toEqual([items[0]!.id]);
        expect(readdirSync(join(storageDir, 'tmp'))).not.toContain('runs-abc');
    });

    it('keeps the folders of Actors whose builds cannot be read', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.addActor({ name: 'written', source: 'export default () => 1;' });
        await first.close();
        const path = journalOf(storageDir, 'builds');
        const text = readFileSync(path, 'utf8');
        writeFileSync(path, text.replaceAll('{', '#'));
        const second = await createEngine({ storageDir, logger: { debug() {}, info() {}, warn() {}, error() {} } });
        await second.close();
        writeFileSync(path, text);

        const engine = await makeEngine({ storageDir });

        expect(await (await engine.call('written')).output()).toBe(1);
    });

    it('gets its tag if the build had succeeded', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        const { id } = await first.addActor({ name: 'written', source: 'export default () => 1;' }, { snapshot: true });
        await first.close();
        replaceInDocuments(storageDir, 'builds', '{', '{ "pendingTags": ["beta"],');

        const engine = await makeEngine({ storageDir });

        const actor = await engine.client.actor(id).get();
        expect(Object.keys(actor!.taggedBuilds).toSorted()).toEqual(['beta', 'latest']);
        expect(JSON.stringify([...documentsIn(storageDir, 'builds').values()])).not.toContain('pendingTags');
    });
});

import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFolder } from '../support/actors/built-actor.js';
import { callsIn, coverageFiles } from '../support/processes/coverage-files.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { Engine, EngineOptions } from 'greenroom';

type Isolation = NonNullable<EngineOptions['isolation']>;

const APART: Isolation[] = ['thread', 'pooled', 'process'];

/** Calls one of its two functions, and one of a file beside it; then follows its input. */
const FILES = {
    'package.json': JSON.stringify({ type: 'module', scripts: { start: 'node main.mjs' } }),
    'helper.mjs': 'export function helps() { return 1; }',
    'node_modules/a-package/index.js': 'exports.serves = function serves() { return 1; };',
    'main.mjs': `import { execSync } from 'node:child_process';
        import aPackage from 'a-package';
        import { helps } from './helper.mjs';
        function used() { return helps() + aPackage.serves(); }
        function unused() { return 2; }
        const endings = {
            returns() {},
            exits() { process.exit(3); },
            throws() { throw new Error('As wanted.'); },
            loops() { for (;;); },
            idles() { return new Promise(() => { setTimeout(() => {}, 1e9); }); },
            waits() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); },
            runs() { execSync('sleep 1000'); },
            fills() { const all = []; for (;;) all.push(new Uint8Array(2 ** 20).fill(1)); },
        };
        export default async ({ input }) => {
            used();
            console.log('ready');
            await endings[input]();
        };`,
};

async function coveringEngine(isolation: Isolation, options?: EngineOptions): Promise<{ engine: Engine; dir: string }> {
    const dir = join(await tempDir(), 'coverage', 'tmp');
    const engine = await makeEngine({ isolation, coverage: { dir }, terminateTimeoutSecs: 2, ...options });
    await engine.addActor(await writeFolder(FILES));
    return { engine, dir };
}

describe.each(APART)('a run in isolation %s with coverage', (isolation) => {
    it('writes which functions it called, and which not', async () => {
        const { engine, dir } = await coveringEngine(isolation);

        await engine.call('the-actor', 'returns');

        expect(callsIn(dir, 'main.mjs')).toMatchObject({ used: 1, unused: 0, returns: 1, exits: 0 });
        expect(callsIn(dir, 'helper.mjs')).toEqual({ helps: 1 });
    });

    it('covers the files of the Actor, not packages, Node or the engine', async () => {
        const { engine, dir } = await coveringEngine(isolation);

        await engine.call('the-actor', 'returns');

        const files = coverageFiles(dir).flatMap(({ result }) => result.map(({ url }) => basename(url)));
        expect([...new Set(files)].toSorted()).toEqual(['helper.mjs', 'main.mjs']);
    });

    it.each([
        ['exits', 'FAILED'],
        ['throws', 'FAILED'],
        ['fills', 'FAILED'],
    ])('writes coverage even if it %s', async (ending, status) => {
        const { engine, dir } = await coveringEngine(isolation);

        const run = await engine.call('the-actor', ending, { memory: 256 });

        expect(run.status).toBe(status);
        expect(callsIn(dir, 'main.mjs')).toMatchObject({ used: 1, unused: 0, [ending]: 1 });
    });

    it.each(['loops', 'idles', 'waits', 'runs'])('writes coverage even if it %s, and is aborted', async (ending) => {
        const { engine, dir } = await coveringEngine(isolation);
        const run = await engine.start('the-actor', ending);
        for await (const line of run.log) if (line.endsWith(' ready')) break;

        await run.abort();

        expect((await run.finished()).status).toBe('ABORTED');
        expect(callsIn(dir, 'main.mjs')).toMatchObject({ used: 1, unused: 0 });
    });

    it('writes coverage even if it times out', async () => {
        const { engine, dir } = await coveringEngine(isolation, { timeoutGraceSecs: 0 });

        const run = await engine.call('the-actor', 'loops', { timeout: 1 });

        expect(run.status).toBe('TIMED-OUT');
        expect(callsIn(dir, 'main.mjs')).toMatchObject({ used: 1, loops: 1, unused: 0 });
    });

    it('counts only its own calls, and knows all functions', async () => {
        const { engine, dir } = await coveringEngine(isolation);
        const first = await engine.call('the-actor', 'returns');

        const second = await engine.call('the-actor', 'returns');

        const idOf = (name: string): string | undefined => name.split('-')[1];
        expect(new Set(readdirSync(dir).map(idOf))).toEqual(new Set([first.id, second.id]));
        expect(callsIn(dir, 'main.mjs')).toMatchObject({ used: 2, returns: 2, unused: 0 });
        for (const { result } of coverageFiles(dir)) {
            const main = result.find(({ url }) => url.endsWith('main.mjs'));
            expect(main?.functions.map(({ functionName }) => functionName)).toContain('unused');
        }
    });

    it('continues if the folder is not writable, with a warning', async () => {
        const file = join(await tempDir(), 'a-file');
        writeFileSync(file, '');
        const { engine } = await coveringEngine(isolation, { coverage: { dir: file } });

        const run = await engine.call('the-actor', 'returns');

        expect(run.status).toBe('SUCCEEDED');
        expect(await run.log.text()).toContain('The coverage of the run could not be written: EEXIST');
    });
});

describe('the option `coverage`', () => {
    it('also covers runs of Actors passed as text', async () => {
        const { engine, dir } = await coveringEngine('thread');

        await engine.call(await addSource(engine, 'export default function given() {}'));

        const urls = coverageFiles(dir).flatMap(({ result }) => result.map(({ url }) => url));
        expect(new Set(urls).size).toBe(1);
    });

    it.each([
        ['a flag', true, 'an object with the path of a folder'],
        ['a text', './coverage', 'an object with the path of a folder'],
        ['a folder without a name', { dir: '' }, 'must be the path of a folder'],
        ['an unknown property', { dir: 'coverage', reporter: 'text' }, 'has no option `reporter`'],
    ])('refuses %s', async (_what, coverage, message) => {
        await expect(makeEngine({ coverage } as EngineOptions)).rejects.toThrow(message);
    });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
    COMMITTED_WORD,
    CONTROL_BYTES,
    GrantState,
    STATE_WORD,
    type DirectWriteGrant,
} from '../../../src/protocol/direct-write.js';
import { DirectMemoryWrites } from '../../../src/storage/dataset/direct-writes.js';
import { DirectDatasetWriter } from '../../../src/worker/channel/direct-dataset-writer.js';

/** Returns true if a push was written without the host. */
async function push(writer: DirectDatasetWriter, texts: string[]): Promise<boolean> {
    let isByHost = false;
    await writer.push(texts, async () => {
        isByHost = true;
    });
    return !isByHost;
}

/** Grants memory of that size each time it is requested; undefined grants nothing. */
function grantMemory(bytes: number | undefined, pushesBeforeGrant = 0) {
    const grants: Extract<DirectWriteGrant, { type: 'memory' }>[] = [];
    let asked = 0;
    const writer = new DirectDatasetWriter(
        {
            reportAppended: () => {},
            async requestWriteGrant() {
                asked += 1;
                if (bytes === undefined) return undefined;
                const lines = new SharedArrayBuffer(bytes);
                const grant = { type: 'memory', lines, control: new SharedArrayBuffer(CONTROL_BYTES) } as const;
                grants.push(grant);
                return grant;
            },
        },
        'DATASET',
        pushesBeforeGrant,
    );
    const written = (): string[] =>
        grants.map(({ lines, control }) => {
            const committed = Atomics.load(new Int32Array(control), COMMITTED_WORD);
            return Buffer.from(lines, 0, committed).toString();
        });
    return { writer, grants, written, asked: () => asked };
}

async function grantFile() {
    const directory = await mkdtemp(join(tmpdir(), 'greenroom-test-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const path = join(directory, 'items.jsonl');
    const control = new SharedArrayBuffer(CONTROL_BYTES);
    const reported: string[] = [];
    const grant = async (): Promise<DirectWriteGrant> => ({ type: 'file', path, control });
    const writer = new DirectDatasetWriter(
        { requestWriteGrant: grant, reportAppended: (id) => reported.push(id) },
        'DATASET',
        0,
    );
    return { writer, path, reported, words: new Int32Array(control) };
}

describe('items pushed into granted memory', () => {
    it('are whole lines in order, even if the pushes are not awaited', async () => {
        const { writer, written, asked } = grantMemory(4096);

        const results = await Promise.all([push(writer, ['{"a":1}']), push(writer, ['{"b":"é"}', '{"c":3}'])]);

        expect(results).toEqual([true, true]);
        expect(written()).toEqual(['{"a":1}\n{"b":"é"}\n{"c":3}\n']);
        expect(asked()).toBe(1);
    });

    it('continue in new memory when the old one is full', async () => {
        const { writer, written } = grantMemory(20);

        for (let n = 0; n < 3; n++) await push(writer, [`{"n":${n}}`]);

        expect(written().join('')).toBe('{"n":0}\n{"n":1}\n{"n":2}\n');
        expect(written().length).toBeGreaterThan(1);
    });

    it('keep their order when many are pushed at once and the memory fills up in between', async () => {
        const { writer, written } = grantMemory(64);

        const pushes = Array.from({ length: 40 }, async (_, n) => {
            for (let turn = 0; turn < n % 7; turn++) await Promise.resolve();
            return push(writer, [`{"n":${n}}`]);
        });
        const results = await Promise.all(pushes);

        const lines = written().join('').trimEnd().split('\n');
        expect(results.every(Boolean)).toBe(true);
        expect(new Set(lines).size).toBe(40);
        expect(lines).toHaveLength(40);
    });

    it('go to the host if they are large, after those before them', async () => {
        const { writer, written } = grantMemory(4096);

        const small = push(writer, ['{"a":1}']);
        const large = await push(writer, [`{"b":"${'x'.repeat(3_000_000)}"}`]);

        expect(written()).toEqual(['{"a":1}\n']);
        expect([await small, large]).toEqual([true, false]);
    });

    it('get the room that they need, however large they are', async () => {
        const lines = new DirectMemoryWrites();
        const wanted: number[] = [];
        const grant = async (_id: string, byteCount: number): Promise<DirectWriteGrant> => {
            wanted.push(byteCount);
            lines.takeLines();
            return lines.grant(byteCount);
        };
        const writer = new DirectDatasetWriter({ requestWriteGrant: grant, reportAppended: () => {} }, 'DATASET', 0);
        const large = `{"b":"${'é'.repeat(1_000_000)}"}`;

        const results = [await push(writer, ['{}']), await push(writer, [large]), await push(writer, [large])];

        expect(results).toEqual([true, true, true]);
        expect(wanted).toEqual([3, Buffer.byteLength(large) + 1, Buffer.byteLength(large) + 1]);
        expect(lines.takeLines().toString()).toBe(`${large}\n`);
    });

    it('go to the host once the grant has ended, and a new one is requested', async () => {
        const { writer, grants, asked } = grantMemory(4096);
        await push(writer, ['{}']);

        Atomics.store(new Int32Array(grants[0]!.control), STATE_WORD, GrantState.ended);

        expect(await push(writer, ['{}'])).toBe(true);
        expect(asked()).toBe(2);
    });

    it('go to the host if no grant is given, which is requested once', async () => {
        const { writer, asked } = grantMemory(undefined);

        expect([await push(writer, ['{}']), await push(writer, ['{}'])]).toEqual([false, false]);
        expect(asked()).toBe(1);
    });

    it('go to the host at first, since many Actors push no more than that', async () => {
        const lessor = {
            requestWriteGrant: async () => expect.unreachable('too few pushes for a grant'),
            reportAppended: () => {},
        };
        const writer = new DirectDatasetWriter(lessor, 'DATASET', 2);

        expect([await push(writer, ['{}']), await push(writer, ['{}'])]).toEqual([false, false]);
    });

    it('yield to other work', async () => {
        const { writer } = grantMemory(1_000_000);
        let turns = 0;
        const timer = setInterval(() => (turns += 1), 1);
        onTestFinished(() => clearInterval(timer));
        const start = performance.now();

        while (performance.now() - start < 60) await push(writer, ['{}']);

        expect(turns).toBeGreaterThan(0);
    });
});

describe('items pushed without being awaited', () => {
    it.each([
        ['the first go to the host', 3, 0],
        ['one is too large for a direct write', 0, 5],
    ])('keep their order if %s', async (_why, pushesBeforeGrant, large) => {
        const order: string[] = [];
        const answers: (() => void)[] = [];
        const { writer, written } = grantMemory(4096, pushesBeforeGrant);
        const pushOne = (n: number): Promise<void> =>
            writer.push([`{"n":${n}${n === large ? ',"x":'.padEnd(3_000_001, ' ') + '1' : ''}}`], async () => {
                order.push(`asked ${n}`);
                await new Promise<void>((resolve) => answers.push(resolve));
                order.push(`answered ${n}: ${written().join('').trim().split('\n').filter(Boolean).length} written`);
            });

        const pushes = Array.from({ length: 10 }, (_, n) => pushOne(n));
        while (answers.length < Math.max(pushesBeforeGrant, 1)) await new Promise((resolve) => setImmediate(resolve));
        for (const answer of answers) answer();
        await Promise.all(pushes);

        expect(order.slice(-1)).toEqual([large > 0 ? 'answered 5: 5 written' : 'answered 2: 0 written']);
        expect(written().join('').match(/\d+/g)!.map(Number)).toEqual(
            Array.from({ length: 10 }, (_, n) => n).filter(
                (n) => n >= pushesBeforeGrant && (large === 0 || n !== large),
            ),
        );
    });
});

describe('items pushed into a granted file', () => {
    it('are appended to its contents', async () => {
        const { writer, path } = await grantFile();
        await writeFile(path, '{"old":1}\n');

        await push(writer, ['{"new":2}']);

        expect(await readFile(path, 'utf8')).toBe('{"old":1}\n{"new":2}\n');
    });

    it('go to the host once the grant has ended', async () => {
        const { writer, path, words } = await grantFile();
        await push(writer, ['{"a":1}']);

        Atomics.store(words, STATE_WORD, GrantState.ended);
        await expect(push(writer, ['{"b":2}'])).resolves.toBe(false);

        expect(await readFile(path, 'utf8')).toBe('{"a":1}\n');
    });

    it('are reported at each megabyte, so that they can be ingested in steps', async () => {
        const { writer, reported } = await grantFile();
        const line = `{"b":"${'x'.repeat(100_000)}"}`;

        for (let count = 0; count < 35; count += 1) await push(writer, [line]);

        expect(reported).toEqual(['DATASET', 'DATASET', 'DATASET']);
    });

    it('leave the file free for the host', async () => {
        const { writer, words } = await grantFile();

        await push(writer, ['{}']);

        expect(Atomics.load(words, STATE_WORD)).toBe(GrantState.free);
    });

    it('are rejected with the reason of the disk if it rejects them', async () => {
        const control = new SharedArrayBuffer(CONTROL_BYTES);
        const grant: DirectWriteGrant = { type: 'file', path: '/dev/full', control };
        const writer = new DirectDatasetWriter(
            { reportAppended: () => {}, requestWriteGrant: async () => grant },
            'DATASET',
            0,
        );

        await expect(push(writer, ['{}'])).rejects.toMatchObject({
            code: 'storage-failed',
            message: expect.stringContaining('ENOSPC'),
        });
        expect(Atomics.load(new Int32Array(control), STATE_WORD)).toBe(GrantState.free);
    });
});

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

/** Says whether a push has been done without the host. */
async function push(writer: DirectDatasetWriter, texts: string[]): Promise<boolean> {
    let isByHost = false;
    await writer.push(texts, async () => {
        isByHost = true;
    });
    return !isByHost;
}

/** Lends memory of so many bytes, anew each time it is asked; undefined lends nothing. */
function lendMemory(bytes: number | undefined, pushesByAsking = 0) {
    const leases: Extract<DirectWriteGrant, { type: 'memory' }>[] = [];
    let asked = 0;
    const writer = new DirectDatasetWriter(
        {
            reportAppended: () => {},
            async requestWriteGrant() {
                asked += 1;
                if (bytes === undefined) return undefined;
                const lines = new SharedArrayBuffer(bytes);
                const lease = { type: 'memory', lines, control: new SharedArrayBuffer(CONTROL_BYTES) } as const;
                leases.push(lease);
                return lease;
            },
        },
        'DATASET',
        pushesByAsking,
    );
    const written = (): string[] =>
        leases.map(({ lines, control }) => {
            const committed = Atomics.load(new Int32Array(control), COMMITTED_WORD);
            return Buffer.from(lines, 0, committed).toString();
        });
    return { writer, leases, written, asked: () => asked };
}

async function lendFile() {
    const directory = await mkdtemp(join(tmpdir(), 'greenroom-test-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const path = join(directory, 'items.jsonl');
    const control = new SharedArrayBuffer(CONTROL_BYTES);
    const told: string[] = [];
    const lease = async (): Promise<DirectWriteGrant> => ({ type: 'file', path, control });
    const writer = new DirectDatasetWriter(
        { requestWriteGrant: lease, reportAppended: (id) => told.push(id) },
        'DATASET',
        0,
    );
    return { writer, path, told, words: new Int32Array(control) };
}

describe('items pushed into memory that was lent', () => {
    it('are whole lines, in their order, also when nobody waits', async () => {
        const { writer, written, asked } = lendMemory(4096);

        const results = await Promise.all([push(writer, ['{"a":1}']), push(writer, ['{"b":"é"}', '{"c":3}'])]);

        expect(results).toEqual([true, true]);
        expect(written()).toEqual(['{"a":1}\n{"b":"é"}\n{"c":3}\n']);
        expect(asked()).toBe(1);
    });

    it('go on in new memory when the old is full', async () => {
        const { writer, written } = lendMemory(20);

        for (let n = 0; n < 3; n++) await push(writer, [`{"n":${n}}`]);

        expect(written().join('')).toBe('{"n":0}\n{"n":1}\n{"n":2}\n');
        expect(written().length).toBeGreaterThan(1);
    });

    it('keep their order when many are pushed at once and the memory is full in between', async () => {
        const { writer, written } = lendMemory(64);

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

    it('are left to the host when they are large, after those before them', async () => {
        const { writer, written } = lendMemory(4096);

        const small = push(writer, ['{"a":1}']);
        const large = await push(writer, [`{"b":"${'x'.repeat(3_000_000)}"}`]);

        expect(written()).toEqual(['{"a":1}\n']);
        expect([await small, large]).toEqual([true, false]);
    });

    it('find room for them however large they are, as it is asked for', async () => {
        const lines = new DirectMemoryWrites();
        const wanted: number[] = [];
        const lease = async (_id: string, byteCount: number): Promise<DirectWriteGrant> => {
            wanted.push(byteCount);
            lines.takeLines();
            return lines.grant(byteCount);
        };
        const writer = new DirectDatasetWriter({ requestWriteGrant: lease, reportAppended: () => {} }, 'DATASET', 0);
        const large = `{"b":"${'é'.repeat(1_000_000)}"}`;

        const results = [await push(writer, ['{}']), await push(writer, [large]), await push(writer, [large])];

        expect(results).toEqual([true, true, true]);
        expect(wanted).toEqual([3, Buffer.byteLength(large) + 1, Buffer.byteLength(large) + 1]);
        expect(lines.takeLines().toString()).toBe(`${large}\n`);
    });

    it('are left to the host once the lease has ended, and the next is asked for', async () => {
        const { writer, leases, asked } = lendMemory(4096);
        await push(writer, ['{}']);

        Atomics.store(new Int32Array(leases[0]!.control), STATE_WORD, GrantState.ended);

        expect(await push(writer, ['{}'])).toBe(true);
        expect(asked()).toBe(2);
    });

    it('are left to the host when it lends nothing, which is asked once', async () => {
        const { writer, asked } = lendMemory(undefined);

        expect([await push(writer, ['{}']), await push(writer, ['{}'])]).toEqual([false, false]);
        expect(asked()).toBe(1);
    });

    it('are left to the host at first, since many Actors push no more than that', async () => {
        const lessor = {
            requestWriteGrant: async () => expect.unreachable('too few pushes for a grant'),
            reportAppended: () => {},
        };
        const writer = new DirectDatasetWriter(lessor, 'DATASET', 2);

        expect([await push(writer, ['{}']), await push(writer, ['{}'])]).toEqual([false, false]);
    });

    it('let others have their turn', async () => {
        const { writer } = lendMemory(1_000_000);
        let turns = 0;
        const timer = setInterval(() => (turns += 1), 1);
        onTestFinished(() => clearInterval(timer));
        const start = performance.now();

        while (performance.now() - start < 60) await push(writer, ['{}']);

        expect(turns).toBeGreaterThan(0);
    });
});

describe('items pushed without waiting', () => {
    it.each([
        ['the first are asked for', 3, 0],
        ['one is too large to be written here', 0, 5],
    ])('keep their order where %s', async (_why, pushesByAsking, large) => {
        const order: string[] = [];
        const answers: (() => void)[] = [];
        const { writer, written } = lendMemory(4096, pushesByAsking);
        const pushOne = (n: number): Promise<void> =>
            writer.push([`{"n":${n}${n === large ? ',"x":'.padEnd(3_000_001, ' ') + '1' : ''}}`], async () => {
                order.push(`asked ${n}`);
                await new Promise<void>((resolve) => answers.push(resolve));
                order.push(`answered ${n}: ${written().join('').trim().split('\n').filter(Boolean).length} written`);
            });

        const pushes = Array.from({ length: 10 }, (_, n) => pushOne(n));
        while (answers.length < Math.max(pushesByAsking, 1)) await new Promise((resolve) => setImmediate(resolve));
        for (const answer of answers) answer();
        await Promise.all(pushes);

        expect(order.slice(-1)).toEqual([large > 0 ? 'answered 5: 5 written' : 'answered 2: 0 written']);
        expect(written().join('').match(/\d+/g)!.map(Number)).toEqual(
            Array.from({ length: 10 }, (_, n) => n).filter((n) => n >= pushesByAsking && (large === 0 || n !== large)),
        );
    });
});

describe('items pushed into a file that was lent', () => {
    it('are appended to what is there', async () => {
        const { writer, path } = await lendFile();
        await writeFile(path, '{"old":1}\n');

        await push(writer, ['{"new":2}']);

        expect(await readFile(path, 'utf8')).toBe('{"old":1}\n{"new":2}\n');
    });

    it('are left to the host once the lease has ended', async () => {
        const { writer, path, words } = await lendFile();
        await push(writer, ['{"a":1}']);

        Atomics.store(words, STATE_WORD, GrantState.ended);
        await expect(push(writer, ['{"b":2}'])).resolves.toBe(false);

        expect(await readFile(path, 'utf8')).toBe('{"a":1}\n');
    });

    it('are told of by the megabyte, so that they can be taken in little by little', async () => {
        const { writer, told } = await lendFile();
        const line = `{"b":"${'x'.repeat(100_000)}"}`;

        for (let count = 0; count < 35; count += 1) await push(writer, [line]);

        expect(told).toEqual(['DATASET', 'DATASET', 'DATASET']);
    });

    it('leave the file free for the host', async () => {
        const { writer, words } = await lendFile();

        await push(writer, ['{}']);

        expect(Atomics.load(words, STATE_WORD)).toBe(GrantState.free);
    });

    it('are refused with the disk’s own reason when it does not take them', async () => {
        const control = new SharedArrayBuffer(CONTROL_BYTES);
        const lease: DirectWriteGrant = { type: 'file', path: '/dev/full', control };
        const writer = new DirectDatasetWriter(
            { reportAppended: () => {}, requestWriteGrant: async () => lease },
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

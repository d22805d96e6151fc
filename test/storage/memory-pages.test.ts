import { describe, expect, it } from 'vitest';
import { MemoryItemLog } from '../../src/storage/memory/memory-item-log.js';
import { MemoryRecordMap } from '../../src/storage/memory/memory-record-map.js';
import { SparseIndex } from '../../src/storage/file/sparse-index.js';
import { readRecord } from '../support/files/file-backend.js';

describe('items in memory', () => {
    it('cost less than one and a half times their bytes, even if they are small', () => {
        const before = process.memoryUsage().arrayBuffers;
        const log = new MemoryItemLog();

        for (let i = 0; i < 200_000; i++) log.append(['{"a":1}']);

        expect((process.memoryUsage().arrayBuffers - before) / log.bytes).toBeLessThan(1.5);
    });

    it('of any size can be read from any position', async () => {
        const random = randomNumbers(7);
        const log = new MemoryItemLog();
        const items: string[] = [];
        for (let push = 0; push < 400; push++) {
            const pushed = Array.from({ length: random(20) }, () => 'ä'.repeat(random(4)) + 'x'.repeat(random(3000)));
            if (random(100) === 0) pushed.push('y'.repeat(100_000 + random(2_000_000)));
            log.append(pushed);
            items.push(...pushed);
        }

        for (let i = 0; i < 200; i++) {
            const start = random(items.length);
            const end = start + random(200);
            expect(await log.read(start, end)).toEqual(items.slice(start, end));
        }
        expect(log.count).toBe(items.length);
        expect(log.bytes).toBe(Buffer.byteLength(items.join('')));
    });
});

describe('a sparse index', () => {
    it('has few marks for short lines', () => {
        const marks = new SparseIndex();

        for (let line = 0; line < 6400; line++) marks.addLine(line, line * 10, 10);

        expect(marks.length).toBe(100);
        expect(marks.lineAt(marks.floor(130))).toBe(128);
        expect(marks.lineAt(marks.ceiling(130))).toBe(192);
        expect(marks.ceiling(6399)).toBe(marks.length);
    });

    it('separates a long line from the short ones around it', () => {
        const marks = new SparseIndex();

        for (const [line, position, bytes] of [
            [0, 0, 5],
            [1, 5, 5],
            [2, 10, 1_000_000],
            [3, 1_000_010, 5],
        ] as const) {
            marks.addLine(line, position, bytes);
        }

        expect(Array.from({ length: marks.length }, (_, mark) => marks.lineAt(mark))).toEqual([0, 2, 3]);
    });
});

describe('records in memory', () => {
    it('have their latest value after many replacements', async () => {
        const random = randomNumbers(11);
        const records = new MemoryRecordMap();
        const expected = new Map<string, Buffer>();
        for (let i = 0; i < 20_000; i++) {
            const key = `k${random(300)}`;
            if (random(10) === 0) {
                records.delete(key);
                expected.delete(key);
                continue;
            }
            const bytes = Buffer.alloc(random(20) === 0 ? random(20_000) : random(700), i);
            records.write(key, 'text/plain', bytes);
            expected.set(key, bytes);
        }

        const keys = [...expected.keys()].toSorted();
        expect(Array.from(records.entries(), ({ key, size }) => [key, size])).toEqual(
            keys.map((key) => [key, expected.get(key)!.length]),
        );
        for (const key of keys) expect(expected.get(key)!.equals((await readRecord(records, key))!)).toBe(true);
    });

    it('free the memory of replaced values', () => {
        const records = new MemoryRecordMap();
        records.write('other', 'text/plain', Buffer.alloc(10));
        const before = process.memoryUsage().arrayBuffers;

        for (let i = 0; i < 50_000; i++) records.write('key', 'text/plain', Buffer.alloc((i * 37) % 3000));

        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000);
    });
});

/** Returns a function that returns random integers below a limit, reproducibly. */
function randomNumbers(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        return Math.floor((state / 2 ** 31) * below);
    };
}

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryChargeLog, type ClosableChargeLog } from '../../src/records/charge-log.js';
import { createFileChargeLog } from '../../src/records/file-charge-log.js';
import { createFileSystemContext } from '../../src/storage/file/file-system-context.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { RunCharge } from '../../src/model/api/pricing.js';

const PAGE: RunCharge = { eventName: 'page', count: 2, eventPriceUsd: 0.1, chargedAt: new Date(5000) };
const MAIL: RunCharge = { ...PAGE, eventName: 'mail\n"ü"', idempotencyKey: 'k' };

const STORES: [string, () => Promise<ClosableChargeLog>][] = [
    ['in memory', async () => createMemoryChargeLog()],
    ['in files', async () => openFiles(await tempDir())],
    ['in files, to the disk itself', async () => openFiles(await tempDir(), [], 'fsync')],
];

function openFiles(
    directory: string,
    warnings: string[] = [],
    durability: 'process' | 'fsync' = 'process',
): ClosableChargeLog {
    return createFileChargeLog(
        directory,
        createFileSystemContext({ directory, durability, onWarning: (message) => warnings.push(message) }),
    );
}

describe.each(STORES)('charges %s', (_where, open) => {
    it('are kept in order for each run', async () => {
        const store = await open();
        for (const charge of [PAGE, MAIL, PAGE]) store.append('run1', charge);
        store.append('run2', MAIL);

        expect(store.load('run1')).toEqual([PAGE, MAIL, PAGE]);
        expect(store.load('run2')).toEqual([MAIL]);
        expect(store.load('run3')).toEqual([]);
        store.close();
    });

    it('can be added after an end and are removed with their run', async () => {
        const store = await open();
        store.append('run1', PAGE);
        store.end('run1');
        store.append('run1', MAIL);
        const before = store.load('run1');
        store.remove('run1');

        expect(before).toEqual([PAGE, MAIL]);
        expect(store.load('run1')).toEqual([]);
        store.close();
    });

    it('are copies', async () => {
        const store = await open();
        const charge = { ...PAGE };
        store.append('run1', charge);
        charge.count = 7;
        store.load('run1')[0]!.count = 8;

        expect(store.load('run1')).toEqual([PAGE]);
        store.close();
    });
});

describe('charges in files', () => {
    it('are lines of JSON in a file that the first charge creates', async () => {
        const directory = await tempDir();
        const store = openFiles(directory);
        const file = join(directory, 'run1.jsonl');

        store.load('run1');
        expect(existsSync(file)).toBe(false);
        store.append('run1', PAGE);

        expect(readFileSync(file, 'utf8')).toBe(
            '{"eventName":"page","count":2,"eventPriceUsd":0.1,"chargedAt":"1970-01-01T00:00:05.000Z"}\n',
        );
        store.close();
    });

    it('drop an incomplete last line with a warning', async () => {
        const directory = await tempDir();
        const warnings: string[] = [];
        const first = openFiles(directory);
        first.append('run1', PAGE);
        first.close();
        appendFileSync(join(directory, 'run1.jsonl'), '{"eventName":"pa');
        const second = openFiles(directory, warnings);

        expect(second.load('run1')).toEqual([PAGE]);
        expect(warnings).toEqual([expect.stringContaining('run1.jsonl')]);
        second.append('run1', MAIL);
        expect(second.load('run1')).toEqual([PAGE, MAIL]);
        second.close();
    });

    it('are rejected if a line of the file is invalid', async () => {
        const directory = await tempDir();
        writeFileSync(join(directory, 'run1.jsonl'), 'no JSON\n');

        expect(() => openFiles(directory).load('run1')).toThrow(
            expect.objectContaining({ code: 'storage-corrupted', message: expect.stringContaining('run1.jsonl') }),
        );
    });
});

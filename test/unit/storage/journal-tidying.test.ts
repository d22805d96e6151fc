import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { JournalTidying } from '../../../src/storage/journal-tidying.js';
import { MemoryJournal } from '../../../src/storage/memory-journal.js';
import { OpenFiles } from '../../../src/storage/open-files.js';
import { RecordIndex } from '../../../src/storage/record-index.js';
import { tempDir } from '../../support/temp-dir.js';
import type { JournalStretch } from '../../../src/storage/backend.js';

describe('the tidying of a journal', () => {
    it('goes through a little at a time, and comes to its end', () => {
        const journal = new MemoryJournal();
        const steps: number[] = [];
        const content = {
            size: 100,
            renew({ bytes }: JournalStretch): void {
                steps.push(bytes.length);
            },
        };
        const tidying = new JournalTidying(journal, content);
        const lengths: number[] = [];
        for (let round = 0; round < 40_000; round++) {
            journal.append([JSON.stringify({ round, text: 'x'.repeat(200) })]);
            tidying.goOn();
            lengths.push(journal.length);
        }

        expect(Math.max(...lengths)).toBeLessThan(15_000);
        expect(steps.length).toBeGreaterThan(50);
        expect(Math.max(...steps)).toBeLessThanOrEqual(256 * 1024);
    });

    it('leaves all as it is when the disk takes no more', () => {
        const journal = new MemoryJournal();
        const tidying = new JournalTidying(journal, {
            size: 1,
            renew() {
                throw new Error('The disk is full.');
            },
        });
        for (let round = 0; round < 20_000; round++) {
            journal.append([`"${round}"`]);
            tidying.goOn();
        }

        expect(journal.length).toBe(20_000);
    });

    it('keeps the index of records short, and says the same', async () => {
        const directory = await tempDir();
        const files = new OpenFiles();
        onTestFinished(() => files.closeAll());
        const disk = {
            files,
            durability: 'process',
            temporary: directory,
            temporaryName: () => 'x',
            temporaryPath: () => join(directory, 'x'),
            warn: () => {},
        } as const;
        const index = new RecordIndex(directory, disk);
        index.open();
        for (let round = 0; round < 300; round++) {
            for (let n = 0; n < 100; n++)
                index.set(`key-${n}`, { file: `key-${n}.txt`, contentType: 'text/plain', size: round });
        }
        index.set('key-7', undefined);
        index.close();

        const again = new RecordIndex(directory, disk);
        again.open();

        expect(Array.from(again.entries(), ({ size }) => size)).toEqual(Array.from({ length: 99 }, () => 299));
        expect(again.get('key-7')).toBeUndefined();
        const bytes = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
        // A line has some 75 bytes; there were 30,001 of them.
        expect(bytes).toBeLessThan(1_200_000);
    });
});

import fs, { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrateDirectory } from '../../../src/storage/migrate-directory.js';
import { startChild } from '../../support/child.js';
import { tempDir } from '../../support/temp-dir.js';
import { BACKUPS, filesOf, MIGRATED, TEST_MIGRATIONS, writeOldDirectory } from '../../support/test-migrations.js';
import type { Migration } from '../../../src/storage/migrations.js';

const ALL = { ...MIGRATED, ...BACKUPS };

async function oldDirectory(): Promise<string> {
    const directory = await tempDir();
    writeOldDirectory(directory);
    return directory;
}

async function migrate(directory: string, migrations: readonly Migration[] = TEST_MIGRATIONS): Promise<string[]> {
    const told: string[] = [];
    await migrateDirectory(directory, { durability: 'process', migrations, tell: (text) => told.push(text) });
    return told;
}

describe('a storage directory of an older version', () => {
    it('is brought to the latest, version by version, and keeps what there was before', async () => {
        const directory = await oldDirectory();

        const told = await migrate(directory);

        expect(filesOf(directory)).toEqual(ALL);
        expect(told).toEqual([
            expect.stringMatching(/version 2 .*: notes are in capitals\. .*before-version-2/),
            expect.stringMatching(/version 3 .*: letters are together\. .*before-version-3/),
        ]);
        expect(await migrate(directory)).toEqual([]);
        expect(filesOf(directory)).toEqual(ALL);
    });

    it('stays as it was when a migration fails, and is tried again', async () => {
        const directory = await oldDirectory();
        const before = filesOf(directory);
        const failing: Migration = {
            from: 1,
            what: 'never',
            write({ draft }) {
                writeFileSync(join(draft, 'half.txt'), 'half');
                throw new Error('The disk is full.');
            },
        };

        await expect(migrate(directory, [failing, TEST_MIGRATIONS[1]!])).rejects.toThrow('The disk is full.');

        expect(filesOf(directory)).toEqual(before);
        await migrate(directory);
        expect(filesOf(directory)).toEqual(ALL);
    });

    it('keeps an earlier backup apart', async () => {
        const directory = await oldDirectory();
        mkdirSync(join(directory, 'before-version-2'));
        writeFileSync(join(directory, 'before-version-2', 'list.txt'), 'older still');

        await migrate(directory);

        expect(filesOf(directory)).toMatchObject({
            'before-version-2/list.txt': 'older still',
            'before-version-2-2/list.txt': 'a,b,c',
        });
    });

    it('comes out whole, wherever the migration was cut short', async () => {
        let cuts = 0;
        for (let changes = 1, isCut = true; isCut; changes++) {
            const directory = await oldDirectory();
            isCut = await cutAfter(changes, () => migrate(directory));
            // The next one is cut short as well, at the same distance.
            if (isCut) await cutAfter(changes, () => migrate(directory));

            await migrate(directory);

            expect(filesOf(directory), `cut after ${changes}`).toEqual(ALL);
            cuts += isCut ? 1 : 0;
        }
        expect(cuts).toBeGreaterThan(20);
    });

    it.each([9, 19, 31])('comes out whole when the process was killed (%i)', async (changes) => {
        const directory = await oldDirectory();
        const child = startChild('storage/migrate-and-die.ts', { args: [directory, String(changes)] });
        const [, signal] = (await once(child.process, 'exit')) as [number, string];
        expect(signal).toBe('SIGKILL');

        await migrate(directory);

        expect(filesOf(directory)).toEqual(ALL);
    });
});

describe('a storage directory of a newer version', () => {
    it('is refused, naming both versions, and stays as it is', async () => {
        const directory = await oldDirectory();
        await migrate(directory);

        await expect(migrate(directory, TEST_MIGRATIONS.slice(0, 1))).rejects.toMatchObject({
            code: 'storage-corrupted',
            message: expect.stringMatching(/format version 3.*versions 1 to 2.*Update greenroom/s),
        });
        expect(filesOf(directory)).toEqual(ALL);
    });

    it('is refused while it is only on its way there', async () => {
        const directory = await oldDirectory();
        const plan = { to: 4, what: 'x', backup: 'before-version-4', replaced: [], removed: ['kept.txt'] };
        writeFileSync(join(directory, 'migration.json'), JSON.stringify(plan));

        await expect(migrate(directory)).rejects.toThrow('format version 4');

        expect(readdirSync(directory)).toContain('kept.txt');
    });

    it.each([
        { to: 2, what: 'x', backup: 'b', replaced: [], removed: ['../elsewhere'] },
        { to: 2, what: 'x', backup: '../b', replaced: [], removed: [] },
        { to: 'two' },
    ])('is refused where the plan makes no sense: %j', async (plan) => {
        const directory = await oldDirectory();
        writeFileSync(join(directory, 'migration.json'), JSON.stringify(plan));

        await expect(migrate(directory)).rejects.toMatchObject({ code: 'storage-corrupted' });
    });
});

const CHANGES = ['openSync', 'writeSync', 'writeFileSync', 'renameSync', 'rmSync', 'mkdirSync'] as const;

/** Does something to the disk that is cut short before its so-manieth change; says whether it had that many. */
async function cutAfter(changes: number, work: () => Promise<unknown>): Promise<boolean> {
    let count = 0;
    const originals = CHANGES.map((name) => [name, fs[name] as (...args: unknown[]) => unknown] as const);
    const cut = originals.map(([name, change]) => [
        name,
        (...args: unknown[]) => {
            // Whoever has been killed does not clean up either.
            if (++count >= changes) throw new Error('Cut short.');
            return change(...args);
        },
    ]);
    Object.assign(fs, Object.fromEntries(cut));
    syncBuiltinESMExports();
    try {
        await work();
        return false;
    } catch {
        return true;
    } finally {
        Object.assign(fs, Object.fromEntries(originals));
        syncBuiltinESMExports();
    }
}

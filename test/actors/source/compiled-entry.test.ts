import { utimes } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEntry } from '../../../src/actors/source/actor-entry.js';
import { FileChangeDetector } from '../../../src/actors/source/file-change-detector.js';
import { actorFolder, type Files } from './actor-folder.js';

const HOUR = 3_600;

/** Finds the entry of an Actor in TypeScript. `age` are the ages of files in hours. */
async function entryOf(files: Files, age: Record<string, number> = {}) {
    const directory = await actorFolder(files);
    for (const [name, hours] of Object.entries(age)) {
        const time = Date.now() / 1000 - hours * HOUR;
        await utimes(join(directory, name), time, time);
    }
    const { file, notes } = await findEntry(new FileChangeDetector(), directory);
    return { entry: relative(directory, file), notes: notes.join('\n') };
}

/** Apify's template for TypeScript. */
const TEMPLATE: Files = {
    'package.json': {
        scripts: {
            start: 'npm run start:dev',
            'start:prod': 'node dist/main.js',
            'start:dev': 'tsx src/main.ts',
            build: 'tsc',
        },
    },
    Dockerfile:
        'FROM apify/actor-node:22 AS builder\nRUN npm run build\nFROM apify/actor-node:22\nCMD ["npm", "run", "start:prod"]',
    'src/main.ts': '',
    'src/routes.ts': '',
};
const BUILT: Files = { 'dist/main.js': '', 'dist/routes.js': '' };

describe('an Actor whose Dockerfile runs its compiled code', () => {
    it('runs that code, as the platform does', async () => {
        expect(await entryOf({ ...TEMPLATE, ...BUILT })).toEqual({ entry: 'dist/main.js', notes: '' });
    });

    it('runs its source by the start script while nothing is compiled', async () => {
        expect(await entryOf(TEMPLATE)).toEqual({ entry: 'src/main.ts', notes: '' });
    });

    it('runs its source by the start script if a source has changed', async () => {
        const { entry, notes } = await entryOf(
            { ...TEMPLATE, ...BUILT },
            { 'dist/main.js': 2, 'dist/routes.js': 2, 'src/main.ts': 3, 'src/routes.ts': 1 },
        );

        expect(entry).toBe('src/main.ts');
        expect(notes).toMatch(/src\/main\.ts runs instead of dist\/main\.js, which is older/);
    });

    it('runs the code of a partial build', async () => {
        const { entry } = await entryOf(
            { ...TEMPLATE, ...BUILT },
            { 'dist/main.js': 2, 'dist/routes.js': 0, 'src/main.ts': 3, 'src/routes.ts': 1 },
        );

        expect(entry).toBe('dist/main.js');
    });

    it('runs older code with a hint if no command runs the source', async () => {
        const files = { ...TEMPLATE, ...BUILT, 'package.json': { scripts: { 'start:prod': 'node dist/main.js' } } };
        const { entry, notes } = await entryOf(files, { 'dist/main.js': 2, 'dist/routes.js': 2 });

        expect(entry).toBe('dist/main.js');
        expect(notes).toMatch(/dist\/main\.js is older than its source .*`npm run build`/);
    });

    it('names the build script if there is neither', async () => {
        const files = { 'package.json': { scripts: { start: 'node lib/app.js', build: 'tsc' } } };

        await expect(entryOf(files)).rejects.toThrow(/Missing files: lib\/app\.js.*`npm run build`/);
    });
});

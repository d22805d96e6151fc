import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { resolveProgram } from '../../../src/actors/source/resolve-program.js';
import { actorFolder, installed, installedSdk, type Files } from './actor-folder.js';

async function preloadOf(files: Files): Promise<string[]> {
    const directory = await actorFolder({ 'main.js': "import 'apify';", ...files });
    const { preload } = await resolveProgram({ directory });
    const prefix = `${pathToFileURL(join(directory, 'node_modules')).href}/`;
    return preload.map((url) => url.replace(prefix, ''));
}

describe('the preloaded modules of an Actor', () => {
    it('include its own SDK, as an import of it resolves', async () => {
        const exports = { '.': { require: './index.js', import: { types: './x.d.ts', default: './esm.mjs' } } };
        const files = { ...installedSdk('3.7.2', { exports }), 'node_modules/apify/esm.mjs': '' };

        expect(await preloadOf(files)).toEqual(['apify/esm.mjs']);
    });

    it.each<[string, object, string]>([
        ['a text as exports', { exports: './index.js' }, 'apify/index.js'],
        ['conditions as exports', { exports: { node: { default: './index.js' } } }, 'apify/index.js'],
        ['a list of targets', { exports: { '.': [{ browser: './b.js' }, './index.js'] } }, 'apify/index.js'],
        ['main without an ending', { main: './index' }, 'apify/index.js'],
        ['nothing at all', {}, 'apify/index.js'],
    ])('are found from %s', async (_, manifest, expected) => {
        expect(await preloadOf(installedSdk('3.7.2', manifest))).toEqual([expected]);
    });

    it('include Crawlee if package.json lists it', async () => {
        const dependencies = { apify: '*', crawlee: '*', '@crawlee/cheerio': '*', '@crawlee/missing': '*', other: '*' };
        const names = ['crawlee', '@crawlee/cheerio', '@crawlee/unlisted', 'other'];
        const files = Object.assign(
            { 'package.json': { dependencies }, ...installedSdk() },
            ...names.map((name) => installed(name)),
        );

        expect(await preloadOf(files)).toEqual(['apify/index.js', 'crawlee/index.js', '@crawlee/cheerio/index.js']);
    });

    it('include the well-known dependencies in package.json', async () => {
        const dependencies = { apify: '*', cheerio: '*', dotenv: '*' };
        const files = Object.assign(
            { 'package.json': { dependencies }, ...installedSdk() },
            ...['cheerio', 'dotenv', 'axios'].map((name) => installed(name)),
        );

        expect(await preloadOf(files)).toEqual(['apify/index.js', 'cheerio/index.js']);
    });

    it('are empty for the built-in SDK', async () => {
        expect(
            await preloadOf({ 'package.json': { dependencies: { crawlee: '*' } }, ...installed('crawlee') }),
        ).toEqual([]);
    });
});

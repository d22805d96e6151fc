import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../docs/source-files.js';
import { tempDir } from '../files/temp-dir.js';
import type { Engine } from 'greenroom';

/** A package that an Actor of a test may bring. */
export type SdkPackage = 'apify' | 'apify-client' | 'crawlee' | `@crawlee/${string}`;

/** Packages and type of an Actor. */
export interface SdkActorOptions {
    /** Default: `apify` alone. */
    packages?: readonly SdkPackage[];
    /** Type of its package.json. Default: `module`. */
    type?: 'module' | 'commonjs';
}

/** Locations of the packages in the repository; `apify` has a name that nothing else resolves. */
const INSTALLED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    apify: { apify: 'apify-sdk' },
    'apify-client': { 'apify-client': 'apify-client' },
    crawlee: { crawlee: 'crawlee', '@crawlee': '@crawlee' },
};
/** Any part of Crawlee, which is imported much faster than the whole. */
const PARTS_OF_CRAWLEE = { '@crawlee': '@crawlee' };

/**
 * Creates a folder with an Actor that has its own copies of the real packages, for the running test.
 *
 * @param files - Texts by file name, or that of `main.js`.
 * @returns The path of the folder.
 */
export async function sdkActor(
    files: string | Readonly<Record<string, string>>,
    { packages = ['apify'], type = 'module' }: SdkActorOptions = {},
): Promise<string> {
    const directory = await tempDir('greenroom-sdk-actor-');
    const dependencies = Object.fromEntries(packages.map((name) => [name, '^3']));
    const manifest = JSON.stringify({ name: 'sdk-actor', type, dependencies });
    const texts = { 'package.json': manifest, ...(typeof files === 'string' ? { 'main.js': files } : files) };
    await Promise.all(Object.entries(texts).map(([name, text]) => write(join(directory, name), text)));
    const links = new Map(packages.flatMap((name) => Object.entries(INSTALLED[name] ?? PARTS_OF_CRAWLEE)));
    await mkdir(join(directory, 'node_modules'), { recursive: true });
    await Promise.all(
        Array.from(links, ([name, target]) =>
            symlink(join(ROOT, 'node_modules', target), join(directory, 'node_modules', name), 'junction'),
        ),
    );
    return directory;
}

let count = 0;

/** Creates such an Actor, registers it under a unique name, and returns that name. */
export async function addSdkActor(
    engine: Engine,
    files: string | Readonly<Record<string, string>>,
    options?: SdkActorOptions,
): Promise<string> {
    count += 1;
    const name = `sdk-actor-${count}`;
    await engine.addActor(await sdkActor(files, options), { name });
    return name;
}

async function write(path: string, text: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
}

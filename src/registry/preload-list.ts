import { isJsonObject, type JsonObject } from './json-file.js';
import { findPackage, packageUrl } from './package-lookup.js';
import type { Sdk } from './sdk-resolution.js';
import type { SeenFiles } from './seen-files.js';

/**
 * Packages that take long to import, and that look neither at the environment nor at the folder when they are imported:
 * whoever imports them before there is a run gets the same as in the run.
 */
const WORTHWHILE = new Set([
    'apify-client',
    'axios',
    'cheerio',
    'got',
    'got-scraping',
    'jsdom',
    'linkedom',
    'lodash',
    'playwright',
    'playwright-core',
    'puppeteer',
    'puppeteer-core',
    'zod',
]);

/**
 * The dependencies of an Actor that take long to import and are the same for every run, as file URLs: its SDK, the
 * packages of Crawlee that it uses, and well-known ones that its package.json lists.
 */
export async function listPreloads(seen: SeenFiles, sdk: Sdk, entry: string, manifest: JsonObject): Promise<string[]> {
    if (sdk.core === undefined) return [];
    const { dependencies } = manifest;
    const names = isJsonObject(dependencies) ? Object.keys(dependencies).filter((name) => WORTHWHILE.has(name)) : [];
    const others = await Promise.all(names.map((name) => findPackage(seen, entry, name)));
    const packages = [sdk.type === 'own' ? sdk.apify : undefined, ...(sdk.crawlee ?? []), ...others];
    return packages.map((found) => found && packageUrl(seen, found)).filter((url) => url !== undefined);
}

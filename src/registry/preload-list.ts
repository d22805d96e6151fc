import { isJsonObject, type JsonObject } from './json-file.js';
import { findPackage, packageUrl } from './package-lookup.js';
import type { Sdk } from './sdk-resolution.js';
import type { SeenFiles } from './seen-files.js';

/**
 * The dependencies of an Actor that take long to import and are the same for every run, as file URLs: its SDK, and
 * Crawlee's packages that its package.json lists.
 */
export async function listPreloads(seen: SeenFiles, sdk: Sdk, entry: string, manifest: JsonObject): Promise<string[]> {
    if (sdk.type === 'built-in') return [];
    const dependencies = isJsonObject(manifest['dependencies']) ? Object.keys(manifest['dependencies']) : [];
    const crawlee = dependencies.filter((name) => name === 'crawlee' || name.startsWith('@crawlee/'));
    const packages = await Promise.all(crawlee.map((name) => findPackage(seen, entry, name)));
    const urls = [sdk.package, ...packages].map((found) => found && packageUrl(seen, found));
    return urls.filter((url) => url !== undefined);
}

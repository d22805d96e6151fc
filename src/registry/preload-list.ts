import { crawleePackages } from './crawlee-packages.js';
import type { JsonObject } from './json-file.js';
import { packageUrl } from './package-lookup.js';
import type { Sdk } from './sdk-resolution.js';
import type { SeenFiles } from './seen-files.js';

/**
 * The dependencies of an Actor that take long to import and are the same for every run, as file URLs: its SDK, and
 * Crawlee's packages that its package.json lists.
 */
export async function listPreloads(seen: SeenFiles, sdk: Sdk, entry: string, manifest: JsonObject): Promise<string[]> {
    const usesCrawlee = sdk.type === 'own' || sdk.core !== undefined;
    const packages = usesCrawlee ? await crawleePackages(seen, entry, manifest) : [];
    if (sdk.type === 'own') packages.unshift(sdk.apify);
    return packages.map((found) => packageUrl(seen, found)).filter((url) => url !== undefined);
}

import { extname, sep } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import type { Loader } from '../protocol/messages.js';
import type { ActorEntry } from './actor-entry.js';
import { isJsonObject, type JsonObject } from './json-file.js';
import { findPackage, packageUrl } from './package-lookup.js';
import type { SeenFiles } from './seen-files.js';

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts', '.tsx']);

/** Whether the Node that runs this also runs TypeScript: 22.18, 23.6 and later. */
const NODE_STRIPS_TYPES = Boolean((process.features as { typescript?: unknown }).typescript);

/**
 * Chooses how the entry is loaded. An Actor that brings `tsx` gets it, as it may rely on what Node's type stripping
 * does not do: enums, path aliases, `./routes.js` for `./routes.ts`. Others get Node's own stripping, where it exists.
 *
 * @param manifest - The Actor's package.json.
 * @throws EngineError `actor-failed-to-start`, saying what to install, when nothing loads TypeScript.
 */
export async function chooseLoader(
    seen: SeenFiles,
    entry: ActorEntry,
    manifest: JsonObject,
    nodeStripsTypes: boolean = NODE_STRIPS_TYPES,
): Promise<Loader> {
    const extension = extname(entry.file);
    const isTypeScript = TYPESCRIPT.has(extension);
    if (!isTypeScript && entry.runner === 'node') return { type: 'native' };
    const wantsTsx = entry.runner === 'tsx' || dependsOn(manifest, 'tsx');
    // Node strips no types in node_modules, and knows no JSX.
    const isStrippable = nodeStripsTypes && extension !== '.tsx' && !entry.file.includes(`${sep}node_modules${sep}`);
    if (isStrippable && !wantsTsx) return { type: 'native' };
    const api = await findTsx(seen, entry.file);
    if (api !== undefined) return { type: 'tsx', api };
    if (isStrippable || !isTypeScript) return { type: 'native' };
    const message =
        `${entry.file} is TypeScript, which Node ${process.versions.node} cannot run there by itself, and no \`tsx\` ` +
        'is found from there. Run `npm i -D tsx` in the folder of the Actor, or use Node 22.18 or later.';
    throw new EngineError('actor-failed-to-start', message, { details: { file: entry.file } });
}

/** Whether a package.json lists a package among its dependencies of any kind. */
function dependsOn(manifest: JsonObject, name: string): boolean {
    return [manifest['dependencies'], manifest['devDependencies'], manifest['optionalDependencies']].some(
        (dependencies) => isJsonObject(dependencies) && Object.hasOwn(dependencies, name),
    );
}

async function findTsx(seen: SeenFiles, file: string): Promise<string | undefined> {
    const tsx = await findPackage(seen, file, 'tsx');
    return tsx && packageUrl(seen, tsx, './esm/api');
}

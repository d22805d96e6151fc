import { extname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../errors/engine-error.js';
import { NODE_STRIPS_TYPES, type NodeOption } from '../../util/command-line/node-options.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { findPackage, packageUrl } from './package-lookup.js';
import type { Runner } from './module-command.js';
import type { FileChangeDetector } from './file-change-detector.js';
import type { Loader } from '../../protocol/messages.js';

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts', '.tsx']);

/** Preloaded modules that let Node load TypeScript. */
const TRANSPILER = /ts-node|swc|esbuild|babel|sucrase|jiti|tsimp|oxc|loader/;

/** An entry and the command that runs it. */
interface EntryToLoad {
    file: string;
    runner: Runner;
    /** Options of Node in the command. */
    options?: readonly NodeOption[];
    /** True if the entry is the source of a module that has not been compiled. */
    isSource?: boolean;
}

/** A loader, and the options of Node that it needs in addition to those of the command. */
export interface ChosenLoader {
    loader: Loader;
    options: readonly string[];
}

const NATIVE: ChosenLoader = { loader: { type: 'native' }, options: [] };

/**
 * Chooses the loader of the entry. An Actor with a dependency on `tsx` uses it, because it may rely on features that Node's
 * type stripping lacks: enums, path aliases, `./routes.js` for `./routes.ts`. Others use Node's type stripping if available.
 *
 * @param manifest - The Actor's package.json.
 * @throws EngineError `actor-failed-to-start`, with the package to install, if nothing can load TypeScript.
 */
export async function chooseLoader(
    files: FileChangeDetector,
    entry: EntryToLoad,
    manifest: JsonObject,
    nodeStripsTypes: boolean = NODE_STRIPS_TYPES,
): Promise<ChosenLoader> {
    const { file, runner, options = [] } = entry;
    const isTypeScript = TYPESCRIPT.has(extname(file));
    const preloaded = options.map(({ name, value }) => (name.endsWith('-types') ? name : value));
    const isPlain = !isTypeScript && runner === 'node';
    if (isPlain || preloaded.some((value) => TRANSPILER.test(value))) return NATIVE;
    // Node does not strip types in node_modules and does not support JSX.
    const isStrippable = nodeStripsTypes && extname(file) !== '.tsx' && !file.includes(`${sep}node_modules${sep}`);
    const transpiler = await findTranspiler(files, entry, manifest, isStrippable);
    if (transpiler !== undefined) return transpiler;
    const mayStrip = isStrippable || preloaded.some((value) => value.endsWith('-types'));
    if (mayStrip || !isTypeScript) return NATIVE;
    throw missingLoaderError(entry, manifest);
}

async function findTranspiler(
    files: FileChangeDetector,
    { file, runner }: EntryToLoad,
    manifest: JsonObject,
    isStrippable: boolean,
): Promise<ChosenLoader | undefined> {
    const tsNode = runner === 'ts-node' ? await findTsNode(files, file, manifest) : undefined;
    if (tsNode !== undefined) return tsNode;
    const prefersTsx = runner !== 'node' || dependsOn(manifest, 'tsx');
    return isStrippable && !prefersTsx ? undefined : findTsx(files, file);
}

async function findTsNode(
    files: FileChangeDetector,
    file: string,
    { type }: JsonObject,
): Promise<ChosenLoader | undefined> {
    if ((await findPackage(files, file, 'ts-node')) === undefined) return undefined;
    const isModule = /\.[cm]ts$/.test(file) ? file.endsWith('.mts') : type === 'module';
    const hooks = isModule ? ['--loader', 'ts-node/esm'] : ['--require', 'ts-node/register'];
    return { loader: { type: 'native' }, options: hooks };
}

/** True if a package.json lists a package among its dependencies of any kind. */
function dependsOn(manifest: JsonObject, name: string): boolean {
    return [manifest['dependencies'], manifest['devDependencies'], manifest['optionalDependencies']].some(
        (dependencies) => isJsonObject(dependencies) && Object.hasOwn(dependencies, name),
    );
}

async function findTsx(files: FileChangeDetector, file: string): Promise<ChosenLoader | undefined> {
    const tsx = await findPackage(files, file, 'tsx');
    if (tsx === undefined) return undefined;
    const api = packageUrl(files, tsx, './esm/api');
    if (api !== undefined) return { loader: { type: 'tsx', api }, options: [] };
    // Before 4.5, tsx has no API: its command preloads these modules.
    const hooks = packageUrl(files, tsx);
    const preflight = packageUrl(files, tsx, './preflight');
    if (hooks === undefined) return undefined;
    const required = preflight === undefined ? [] : ['--require', fileURLToPath(preflight)];
    return { loader: { type: 'native' }, options: [...required, '--loader', hooks] };
}

function missingLoaderError({ file, runner, isSource }: EntryToLoad, manifest: JsonObject): EngineError {
    const { scripts } = manifest;
    const canBuild = isSource === true && isJsonObject(scripts) && typeof scripts['build'] === 'string';
    const installed = runner === 'ts-node' ? 'neither `ts-node` nor `tsx` is installed' : '`tsx` is not installed';
    const message =
        `${file} is TypeScript, but Node ${process.versions.node} cannot run it directly and ${installed}. ` +
        `${canBuild ? 'Run `npm run build` or' : 'Run'} \`npm i -D tsx\` in the folder of the Actor, or use Node 22.18 or later.`;
    return new EngineError('actor-failed-to-start', message, { details: { file } });
}

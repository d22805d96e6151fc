import Module from 'node:module';
import { logModuleSource, sdkModuleSource } from '../../protocol/sdk-module.js';
import { apifyLog } from '../sdk/logging/apify-log.js';
import { sdk } from '../sdk/sdk.js';

/*
 * Makes `import 'apify'` and `import '@apify/log'` resolve to the built-in SDK for an Actor without these packages. An installed package always
 * takes precedence: the hooks apply only to names that would not be found.
 */

type Load = (request: string, parent: unknown, isMain: boolean) => unknown;
type Resolved = { url: string; format?: string; shortCircuit?: boolean };
type NextResolve = (specifier: string, context: unknown) => Resolved;

/** Members that Node's types omit, or that not every version has. */
interface ModuleInternals {
    _cache: Record<string, NodeJS.Module | undefined>;
    _load: Load;
    _resolveFilename(request: string, parent: unknown): string;
    registerHooks?(hooks: { resolve(specifier: string, context: unknown, next: NextResolve): Resolved }): void;
}

const internals = Module as unknown as ModuleInternals;

/** Before a run replaces it. */
const { register } = Module;

const SDK_FACADE = toDataUrl(sdkModuleSource());

/** By name, the URL of a module without a file that exports the SDK or the logger of its thread. */
const FACADES: ReadonlyMap<string, string> = new Map([
    ['apify', SDK_FACADE],
    ['greenroom/actor', SDK_FACADE],
    ['@apify/log', toDataUrl(logModuleSource())],
]);

/** For Node before 22.15, whose hooks run in a separate thread. */
const HOOKS = toDataUrl(`
let facades;
export function initialize(data) {
    facades = data;
}
export async function resolve(specifier, context, next) {
    const facade = facades.get(specifier);
    if (facade === undefined) return next(specifier, context);
    try {
        return await next(specifier, context);
    } catch (error) {
        if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
        return { url: facade, format: 'module', shortCircuit: true };
    }
}`);

const APIFY_SHIM = /[\\/]apify-shim[\\/]/;

let isRegistered = false;

/** Makes `import 'apify'` resolve to the built-in SDK. Takes about 30 ms on Node 20, so spares do it in advance. */
export function registerSdkHooks(): void {
    if (isRegistered) return;
    isRegistered = true;
    if (internals.registerHooks === undefined) {
        register(HOOKS, { data: FACADES });
        return;
    }
    internals.registerHooks({
        resolve(specifier, context, next) {
            const url = FACADES.get(specifier);
            if (url === undefined) return next(specifier, context);
            try {
                return next(specifier, context);
            } catch (error) {
                if (!isNotFound(error)) throw error;
                return { url, format: 'module', shortCircuit: true };
            }
        },
    });
}

function toDataUrl(source: string): string {
    return `data:text/javascript,${encodeURIComponent(source)}`;
}

/** Makes `require('apify')` return the built-in SDK. */
export function patchRequire(): void {
    const load = internals._load;
    const sdkModule = { ...sdk, default: sdk, __esModule: true };
    internals._load = function (request, parent, isMain) {
        if (FACADES.has(request) && resolvesToBuiltIn(request, parent))
            return request === '@apify/log' ? apifyLog : sdkModule;
        return load.call(this, request, parent, isMain);
    };
}

/** Makes `require.main` the entry, as in a program started by Node itself. */
export function setMainModule(entry: string): void {
    const load = internals._load;
    internals._load = function (request, parent, isMain) {
        // At this point `import()` has created the entry's module, but has not marked it as the main one.
        if (request === entry && !parent) process.mainModule = internals._cache[entry];
        return load.call(this, request, parent, isMain);
    };
}

/** Loads the entry with Node's CommonJS loader, as Node does for its main module. */
export function requireMain(entry: string): unknown {
    return internals._load(entry, null, true);
}

/** Makes Node evaluate a CommonJS module again when it is next loaded. */
export function evictModule(file: string): void {
    delete internals._cache[file];
}

/**
 * True if the name resolves to nothing, or only to our shim, which has no `exports` because Node is slow to resolve
 * them.
 */
function resolvesToBuiltIn(request: string, parent: unknown): boolean {
    try {
        return APIFY_SHIM.test(internals._resolveFilename(request, parent));
    } catch (error) {
        // A package that is found but broken must fail, and not be replaced silently.
        return isNotFound(error);
    }
}

function isNotFound(error: unknown): boolean {
    const code = (error as { code?: unknown } | null)?.code;
    return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

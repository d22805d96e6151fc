import Module from 'node:module';
import { sdkModuleSource } from '../../protocol/sdk-module.js';
import { sdk } from '../sdk/sdk.js';

/*
 * An Actor without an `apify` of its own gets the built-in SDK for it. Its own always comes first: the names are led to
 * ours only where they would not be found at all.
 */

const SDK_NAMES: readonly string[] = ['apify', 'greenroom/actor'];

type Load = (request: string, parent: unknown, isMain: boolean) => unknown;
type Resolved = { url: string; format?: string; shortCircuit?: boolean };
type NextResolve = (specifier: string, context: unknown) => Resolved;

/** Members of Node that its types leave out, or that not every version has. */
interface ModuleInternals {
    _cache: Record<string, NodeJS.Module | undefined>;
    _load: Load;
    _resolveFilename(request: string, parent: unknown): string;
    register(specifier: string, options: { data: unknown }): void;
    registerHooks?(hooks: { resolve(specifier: string, context: unknown, next: NextResolve): Resolved }): void;
}

const internals = Module as unknown as ModuleInternals;

/** A module that hands out the names of the SDK of this thread, with no file behind it. */
const FACADE = `data:text/javascript,${encodeURIComponent(sdkModuleSource())}`;

/** For Node before 22.15, whose hooks run in a thread of their own. */
const HOOKS = `data:text/javascript,${encodeURIComponent(`
let names;
let facade;
export function initialize(data) {
    ({ names, facade } = data);
}
export async function resolve(specifier, context, next) {
    if (!names.includes(specifier)) return next(specifier, context);
    try {
        return await next(specifier, context);
    } catch (error) {
        if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
        return { url: facade, format: 'module', shortCircuit: true };
    }
}`)}`;

const APIFY_SHIM = /[\\/]apify-shim[\\/]/;

let isRegistered = false;

/** Leads `import 'apify'` to the built-in SDK. Takes some 30 ms on Node 20, so a spare had better do it in time. */
export function registerSdkHooks(): void {
    if (isRegistered) return;
    isRegistered = true;
    if (internals.registerHooks === undefined) {
        internals.register(HOOKS, { data: { names: SDK_NAMES, facade: FACADE } });
        return;
    }
    internals.registerHooks({
        resolve(specifier, context, next) {
            if (!SDK_NAMES.includes(specifier)) return next(specifier, context);
            try {
                return next(specifier, context);
            } catch (error) {
                if (!isNotFound(error)) throw error;
                return { url: FACADE, format: 'module', shortCircuit: true };
            }
        },
    });
}

/** Leads `require('apify')` to the built-in SDK. */
export function patchRequire(): void {
    const load = internals._load;
    const moduleExports = { ...sdk, default: sdk, __esModule: true };
    internals._load = function (request, parent, isMain) {
        if (SDK_NAMES.includes(request) && resolvesToBuiltIn(request, parent)) return moduleExports;
        return load.call(this, request, parent, isMain);
    };
}

/** Makes `require.main` the entry, as it is for a program that Node itself started. */
export function setMainModule(entry: string): void {
    const load = internals._load;
    internals._load = function (request, parent, isMain) {
        // By now `import()` has made the module of the entry, and has not said that it is the main one.
        if (request === entry && !parent) process.mainModule = internals._cache[entry];
        return load.call(this, request, parent, isMain);
    };
}

/** Makes Node evaluate a CommonJS module anew when it is next loaded. */
export function evictModule(file: string): void {
    delete internals._cache[file];
}

/** Whether nothing answers to the name, or only our stand-in, which has no `exports` since those take Node long. */
function resolvesToBuiltIn(request: string, parent: unknown): boolean {
    try {
        return APIFY_SHIM.test(internals._resolveFilename(request, parent));
    } catch (error) {
        // Found, but broken: the Actor should hear of that, and not silently get another one.
        return isNotFound(error);
    }
}

function isNotFound(error: unknown): boolean {
    const code = (error as { code?: unknown } | null)?.code;
    return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

import { clearTimeout, setTimeout } from 'node:timers';
import Module from 'node:module';
import { rehearse } from './rehearsal.js';
import { registerSdkHooks } from './sdk-hooks.js';
import { sdk, SDK_SYMBOL } from './sdk/sdk.js';
import type { SpareTasks } from '../protocol/messages.js';

/** One that is waited for is handed its run before this; it has no time to rehearse. */
const REHEARSAL_AFTER_MILLIS = 5;

/**
 * Gets a spare thread or process ready: imports the Actor's dependencies, installs the loader hooks, and then, if nobody
 * needs it at once, rehearses a run. Only the run itself is left to do when one comes.
 *
 * @returns To be awaited before a run begins: what is being rehearsed has to be over before it counts.
 */
export async function prepareSpare({
    preload = [],
    compileCache,
    ownSdk,
    hooks = false,
}: SpareTasks): Promise<() => Promise<void>> {
    Object.defineProperty(globalThis, SDK_SYMBOL, { value: sdk });
    if (hooks) registerSdkHooks();
    // For the guards of the run.
    for (const name of ['node:net', 'node:child_process']) process.getBuiltinModule(name);
    const keepCompiled = compileCache === undefined ? undefined : openCompileCache(compileCache);
    // A module that cannot be imported will fail in the run too, which says so to whom it concerns.
    for (const url of preload) await import(url).catch(() => {});
    let rehearsing: Promise<void> | undefined;
    const rehearsal = setTimeout(() => {
        rehearsing = rehearse(ownSdk).then(keepCompiled);
    }, REHEARSAL_AFTER_MILLIS);
    return async () => {
        clearTimeout(rehearsal);
        await rehearsing;
    };
}

/** What Node has from version 22 on. */
interface CompileCache {
    enableCompileCache?(directory: string): unknown;
    flushCompileCache?(): void;
}

/**
 * Has Node keep the compiled code of the modules that are imported from now on, and use what it has kept before. A folder
 * that cannot be written to changes nothing.
 *
 * @returns Writes what has been compiled so far; without it, that would be done by a thread's regular end only.
 */
function openCompileCache(directory: string): () => void {
    const { enableCompileCache, flushCompileCache } = Module as unknown as CompileCache;
    enableCompileCache?.(directory);
    return () => flushCompileCache?.();
}

import { clearTimeout, setTimeout } from 'node:timers';
import { workerData } from 'node:worker_threads';
import { boot } from './boot.js';
import { openCompileCache } from './compile-cache.js';
import { rehearse } from './rehearsal.js';
import { registerSdkHooks } from './sdk-hooks.js';
import { sdk, SDK_SYMBOL } from './sdk/sdk.js';
import type { Assignment, OwnSdk } from '../protocol/messages.js';

/*
 * What a spare thread imports. By the time it is handed a run it has imported this, the Actor's dependencies and the
 * loader hooks, and only the run itself is left to do.
 */

/** What the pool tells each of its spares. */
interface SpareData {
    /** URLs of modules to import while there is time. */
    preload?: readonly string[];
    /** Folder for the compiled code of those modules, if it is to be kept. */
    compileCache?: string;
    /** The SDK that the Actor brings. */
    ownSdk?: OwnSdk;
    /** Whether `import 'apify'` has to be led to the built-in SDK. */
    hooks?: boolean;
}

Object.defineProperty(globalThis, SDK_SYMBOL, { value: sdk });

// The pool puts its own data before ours.
const {
    preload = [],
    compileCache,
    ownSdk,
    hooks = false,
} = ((workerData as [unknown, SpareData?] | undefined)?.[1] ?? {}) satisfies SpareData;
if (hooks) registerSdkHooks();
const keepCompiled = compileCache === undefined ? undefined : openCompileCache(compileCache);
// A module that cannot be imported will fail in the run too, which says so to whom it concerns.
for (const url of preload) await import(url).catch(() => {});

/** A thread that is waited for is handed its run before this; it has no time to rehearse. */
const REHEARSAL_AFTER_MILLIS = 5;
let rehearsing: Promise<void> | undefined;
const rehearsal = setTimeout(() => {
    rehearsing = rehearse(ownSdk).then(keepCompiled);
}, REHEARSAL_AFTER_MILLIS);

/** Turns this thread into the thread of one run; it ends with the run, so that the promise never settles. */
export default async function runAssignment(assignment: Assignment): Promise<never> {
    clearTimeout(rehearsal);
    // What is rehearsed has to be over before it counts.
    if (rehearsing !== undefined) await rehearsing;
    boot(assignment);
    return new Promise(() => {});
}

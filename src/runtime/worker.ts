import { workerData } from 'node:worker_threads';
import { boot } from './boot.js';
import { registerSdkHooks } from './sdk-hooks.js';
import { sdk, SDK_SYMBOL } from './sdk/sdk.js';
import type { Assignment } from '../protocol/messages.js';

/*
 * What a spare thread imports. By the time it is handed a run it has imported this, the Actor's dependencies and the
 * loader hooks, and only the run itself is left to do.
 */

/** What the pool tells each of its spares. */
interface SpareData {
    /** URLs of modules to import while there is time. */
    preload?: readonly string[];
    /** Whether `import 'apify'` has to be led to the built-in SDK. */
    hooks?: boolean;
}

Object.defineProperty(globalThis, SDK_SYMBOL, { value: sdk });

// The pool puts its own data before ours.
const { preload = [], hooks = false } = ((workerData as [unknown, SpareData?] | undefined)?.[1] ??
    {}) satisfies SpareData;
if (hooks) registerSdkHooks();
// A module that cannot be imported will fail in the run too, which says so to whom it concerns.
for (const url of preload) await import(url).catch(() => {});
await rehearse();

/** What Node makes, loads or compiles at its first use is made now, and not in the time of a run. */
async function rehearse(): Promise<void> {
    process.setSourceMapsEnabled(true);
    void [process.stdout.isTTY, process.stderr.isTTY, process.memoryUsage(), performance.eventLoopUtilization()];
    new AbortController().abort();
    // Beside the built worker file; an app that has bundled it elsewhere loads it in the run.
    await import(new URL('./stand-ins/apify/index.mjs', import.meta.url).href).catch(() => {});
}

/** Turns this thread into the thread of one run; it ends with the run, so that the promise never settles. */
export default function runAssignment(assignment: Assignment): Promise<never> {
    boot(assignment);
    return new Promise(() => {});
}

import { PROBE_SYMBOL } from '../../protocol/messages.js';

/** How soon a thread that could not be ended is to be tried again. */
const RETRY_MILLIS = 5;

/** What the host makes a thread do in the midst of whatever it is at. */
export interface ProbeListener {
    /** Looks at what it uses; returns the milliseconds until it should do so again. */
    probe(): number;
    /**
     * Ends it. Nothing may be called after that until the look is over: V8 would notice there that the thread is to end,
     * and end the look alone. The Actor would go on until the host noticed, and then be ended wherever it was.
     */
    terminate(): void;
}

let listener: ProbeListener | undefined;

/** Says what is to be done when the host makes this thread look at what it uses, or end; nothing while there is no run. */
export function onProbe(next: ProbeListener | undefined): void {
    listener = next;
    if (Object.hasOwn(globalThis, PROBE_SYMBOL)) return;
    Object.defineProperty(globalThis, PROBE_SYMBOL, {
        value: (isToEnd = false) => (isToEnd ? terminateIfSafe() : listener?.probe()),
    });
}

function terminateIfSafe(): number {
    if (isSafeToTerminate()) listener?.terminate();
    return RETRY_MILLIS;
}

/*
 * A thread can be made to end between any two steps of its code, but not while Node makes a compressor or decompressor: one that has
 * not been set up ends the whole process when it is freed with its thread. Nor while it waits in `Atomics.wait`: V8 then ends the
 * process, too.
 */

const ZLIB_FILES: ReadonlySet<unknown> = new Set(['node:zlib', 'zlib']);
/** What comes in `node:zlib` when all has been set up. What is not among them may be about to make something. */
const SAFE_FUNCTIONS: ReadonlySet<string | null> = new Set([
    'processChunk',
    'processChunkSync',
    'zlibBufferSync',
    'ZlibBase',
]);
/** What `node:zlib` calls is not far from it. */
const STACK_DEPTH = 25;

/**
 * Whether this thread, which may be interrupted in the midst of anything, can be left where it is. V8 lets go at the next
 * place where it can be interrupted, and not at this one; so it must not be on its way to such a step either.
 */
export function isSafeToTerminate(): boolean {
    const sites = captureCallSites();
    if (sites.some((site) => site.getTypeName() === 'Atomics')) return false;
    const innermost = sites.find((site) => ZLIB_FILES.has(site.getFileName()));
    return innermost === undefined || SAFE_FUNCTIONS.has(innermost.getFunctionName());
}

function captureCallSites(): NodeJS.CallSite[] {
    const { stackTraceLimit, prepareStackTrace } = Error;
    let sites: NodeJS.CallSite[] = [];
    Error.stackTraceLimit = STACK_DEPTH;
    // Without it Node would look for source maps.
    Error.prepareStackTrace = (_error, callSites) => {
        sites = callSites;
    };
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, captureCallSites);
    // Only then are they gathered.
    void holder.stack;
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
    return sites;
}

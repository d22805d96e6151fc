import { PROBE_SYMBOL } from '../../protocol/messages.js';

/** Milliseconds after which to retry a termination that was not safe. */
const RETRY_MILLIS = 5;

/** Handles the probes of the host, which may interrupt the thread anywhere. */
export interface ProbeListener {
    /** Samples the usage; returns the milliseconds until the next probe. */
    probe(): number;
    /**
     * Ends the thread. No function may be called after it until the probe returns: V8 would notice the pending
     * termination there and end only the probe, and the Actor would continue until the host terminated it at an
     * arbitrary point.
     */
    terminate(): void;
}

let listener: ProbeListener | undefined;

/** Sets the listener for the probes of the host; undefined while the thread has no run. */
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
 * A thread can be terminated almost anywhere, with two exceptions. While Node creates a compressor or decompressor: one
 * that is not initialized aborts the whole process when it is freed with its thread. And while the thread waits in
 * `Atomics.wait`: V8 aborts the process too.
 */

const ZLIB_FILES: ReadonlySet<unknown> = new Set(['node:zlib', 'zlib']);
/** Functions of `node:zlib` that run after initialization. Any other one may be about to create a stream. */
const SAFE_FUNCTIONS: ReadonlySet<string | null> = new Set([
    'processChunk',
    'processChunkSync',
    'zlibBufferSync',
    'ZlibBase',
]);
/** Functions called by `node:zlib` are at most this far from it on the stack. */
const STACK_DEPTH = 25;

/**
 * True if this thread, interrupted at an arbitrary point, can be terminated. V8 terminates at the next interruptible
 * point rather than at this one, so the thread must not be about to reach such a state either.
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
    // Otherwise Node would look for source maps.
    Error.prepareStackTrace = (_error, callSites) => {
        sites = callSites;
    };
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, captureCallSites);
    // Accessing the property collects the call sites.
    void holder.stack;
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
    return sites;
}

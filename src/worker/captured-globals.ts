/*
 * The globals that the worker's code uses, as they were when the thread started. The build replaces their names in the
 * bundles of the worker by these exports: an Actor may replace any global, and its run must still be reported and ended.
 * Globals that packages replace on purpose, such as `Date`, `fetch` and the timers, are not captured.
 */

export const {
    AbortController,
    Array,
    Atomics,
    Boolean,
    Buffer,
    DOMException,
    Error,
    Int32Array,
    JSON,
    Map,
    Math,
    Number,
    Object,
    Promise,
    Proxy,
    Reflect,
    RegExp,
    Set,
    SharedArrayBuffer,
    String,
    Symbol,
    SyntaxError,
    TypeError,
    URL,
    Uint8Array,
    WeakMap,
    performance,
    process,
    queueMicrotask,
} = globalThis;

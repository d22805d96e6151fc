import type Inspector from 'node:inspector';

/** Undefined if this build of Node has no inspector. */
const inspector = process.getBuiltinModule('node:inspector') as typeof Inspector | undefined;
/** Node's own functions, since {@link disableDebuggerWaits} replaces them. */
const { open, waitForDebugger } = inspector ?? {};

/**
 * Opens the inspector of this thread or process.
 *
 * @returns Its URL; undefined if it cannot listen.
 */
export function openInspector(port: number | undefined, host: string): string | undefined {
    open?.(port, host);
    return inspector?.url();
}

/** Blocks until a debugger attaches and resumes. */
export function waitForAttachedDebugger(): void {
    waitForDebugger?.();
}

/**
 * Makes calls of the Actor that wait for a debugger return at once: nothing could end a thread that waits, except a
 * debugger.
 */
export function disableDebuggerWaits(): void {
    if (inspector === undefined) return;
    const skipWait = (): void => {
        process.stderr.write('A run cannot wait for a debugger itself. Use the option `debug` with `wait`.\n');
    };
    inspector.waitForDebugger = skipWait;
    inspector.open = (port, host, isWaiting) => {
        const opened = open!(port, host);
        if (isWaiting === true) skipWait();
        return opened;
    };
}

/**
 * Closes the inspector of this thread, if it is open, also by the Actor: its port or an attached debugger would keep a
 * finished run, and so the host, alive.
 */
export function closeInspector(): void {
    if (inspector?.url() !== undefined) inspector.close();
}

import { syncBuiltinESMExports } from 'node:module';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { MessagePort } from 'node:worker_threads';
import { isOpen } from '../channel/open-handles.js';
import { replaceFunction, type Functions } from '../replace-function.js';

/*
 * Finds the leftovers of a run in a thread that executes others later. As long as there are any that keep the event loop
 * alive, the loop does not drain. The others have been unreferenced by a call, or by an option.
 */

/** Resources that may be closing, or only about to be. */
const CLOSING: ReadonlySet<string> = new Set(['MessagePort', 'Immediate']);
/** Handles that a run has closed at its end are closed after a few turns of the event loop. */
const MAX_DRAIN_MILLIS = 50;
/** Number of unreferenced resources above which those that are closed are forgotten. */
const PRUNE_FROM = 1_000;

/** As an expression, since bundlers replace the import of a constant. */
const EMPTY_MODULE = new URL('data:text/javascript,').href;

/** A timer or immediate of Node. */
interface Timer {
    readonly _destroyed: boolean;
}
interface WithUnref {
    unref(this: unknown): unknown;
}

const handles = new Set<object>();
const timers = new Set<Timer>();
const ignored = new WeakSet<object>();
let hasMarks = false;
let pruneFrom = PRUNE_FROM;
let onLoopDrained: (() => void) | undefined;

/** Begins to follow what is unreferenced in this thread, and what takes effect in all runs. */
export async function followLeftovers(): Promise<void> {
    // A port has its own copies of the methods.
    for (const prototype of [findHandlePrototype(), MessagePort.prototype])
        if (prototype !== undefined) followUnref(prototype, handles);
    const timeout = setTimeout(() => {}, 0);
    const immediate = setImmediate(() => {});
    for (const timer of [timeout, immediate]) followUnref(Object.getPrototypeOf(timer) as WithUnref, timers);
    clearTimeout(timeout);
    clearImmediate(immediate);
    const builtin = (name: string): Functions => process.getBuiltinModule(name) as unknown as Functions;
    const promises = builtin('node:timers/promises');
    for (const name of ['setTimeout', 'setImmediate', 'setInterval']) markCalls(promises, name, withoutOption('ref'));
    markCalls(promises['scheduler'] as unknown as Functions, 'wait', withoutOption('ref'));
    const fs = builtin('node:fs');
    for (const owner of [fs, fs['promises'] as unknown as Functions])
        markCalls(owner, 'watch', withoutOption('persistent'));
    markCalls(builtin('node:async_hooks'), 'createHook');
    markCalls(builtin('node:diagnostics_channel'), 'subscribe');
    const { PerformanceObserver } = process.getBuiltinModule('node:perf_hooks');
    markCalls(PerformanceObserver.prototype as unknown as Functions, 'observe');
    for (const name of ['register', 'registerHooks']) markCalls(builtin('node:module'), name);
    syncBuiltinESMExports();
    await ignoreOwnHandles();
}

/** Excludes a handle that does not belong to a run. */
export function ignoreHandle(handle: object): void {
    ignored.add(handle);
    handles.delete(handle);
}

/** Excludes the handles of Node that a run may unreference without knowing them: of the output, and of loader hooks. */
async function ignoreOwnHandles(): Promise<void> {
    for (const stream of [process.stdout, process.stderr] as unknown as Record<symbol, unknown>[]) {
        for (const symbol of Object.getOwnPropertySymbols(stream)) {
            const value = stream[symbol];
            if (value instanceof MessagePort) ignoreHandle(value);
        }
    }
    // Hooks in a thread of their own unreference it when they have resolved a module.
    if (!('registerHooks' in process.getBuiltinModule('node:module'))) await import(EMPTY_MODULE);
    for (const handle of handles) ignoreHandle(handle);
}

/** Notes that a run leaves something behind in any case. */
export function markLeftover(): void {
    hasMarks = true;
}

/** Returns true if something that does not keep the event loop alive has been left behind, and forgets it. */
export function takeLeftovers(): boolean {
    prune();
    const hasAny = hasMarks || handles.size > 0 || timers.size > 0;
    handles.clear();
    timers.clear();
    hasMarks = false;
    return hasAny;
}

/** Handles the event `beforeExit` between two runs. */
export function loopDrained(): void {
    onLoopDrained?.();
}

/**
 * Waits until nothing keeps the event loop alive; resolves to false if it does not get there.
 *
 * @param onDrained - Called in the turn in which the thread would end.
 */
export function drainLoop(onDrained: () => void): Promise<boolean> {
    return new Promise((resolve) => {
        const finish = (isDrained: boolean): void => {
            onLoopDrained = undefined;
            clearTimeout(deadline);
            if (second !== undefined) clearImmediate(second);
            resolve(isDrained);
        };
        onLoopDrained = () => {
            onDrained();
            finish(true);
        };
        const deadline = setTimeout(() => finish(false), MAX_DRAIN_MILLIS).unref();
        let second: NodeJS.Immediate | undefined;
        // The first turn takes place in any case; the second one only if something keeps the loop alive.
        setImmediate(() => {
            second = setImmediate(() => {
                if (process.getActiveResourcesInfo().some((resource) => !CLOSING.has(resource))) finish(false);
            }).unref();
        });
    });
}

/** Finds the prototype from which the handles of Node inherit. It has no name by which it can be reached. Undefined in Bun. */
function findHandlePrototype(): WithUnref | undefined {
    const { ChildProcess } = process.getBuiltinModule('node:child_process') as unknown as {
        ChildProcess: new () => { _handle?: object };
    };
    const { _handle: handle } = new ChildProcess();
    return handle && (Object.getPrototypeOf(Object.getPrototypeOf(handle)) as WithUnref);
}

/** Makes calls of a function count as something left behind. */
function markCalls(owner: Functions, name: string, counts: (args: readonly unknown[]) => boolean = () => true): void {
    replaceFunction(owner, name, (original, self, args) => {
        if (counts(args)) markLeftover();
        return Reflect.apply(original, self, args);
    });
}

/** Recognizes arguments with an option that is false. */
function withoutOption(name: string): (args: readonly unknown[]) => boolean {
    return (args) => args.some((value) => (value as Record<string, unknown> | null | undefined)?.[name] === false);
}

function followUnref<Resource extends object>(prototype: WithUnref, found: Set<Resource>): void {
    const { unref } = prototype;
    prototype.unref = function (this: Resource) {
        if (!ignored.has(this)) found.add(this);
        if (found.size > pruneFrom) prune();
        return unref.call(this);
    };
}

/** Forgets what is closed. */
function prune(): void {
    for (const timer of timers) if (timer._destroyed) timers.delete(timer);
    for (const handle of handles) if (!isOpen(handle)) handles.delete(handle);
    pruneFrom = Math.max(PRUNE_FROM, 2 * (handles.size + timers.size));
}

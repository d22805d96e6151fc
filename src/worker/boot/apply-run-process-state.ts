import { isMainThread, MessagePort, parentPort } from 'node:worker_threads';
import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { EngineError } from '../../errors/engine-error.js';
import { PROTOCOL_VERSION, type Program } from '../../protocol/messages.js';

/**
 * Lets the thread end when the Actor has nothing left to do, which the pool's own ports would not.
 *
 * @returns Gives the thread back to the pool.
 */
export function detachFromPool(): () => void {
    const { _getActiveHandles } = process as { _getActiveHandles?: () => unknown[] };
    const handles = typeof _getActiveHandles === 'function' ? _getActiveHandles.call(process) : [];
    const ports = handles.filter((handle): handle is MessagePort => handle instanceof MessagePort);
    // Nobody listens at its other end but the pool, which does not expect anything but its own. To be closed is what it is for an Actor
    // in a process of its own, where there is none.
    parentPort?.close();
    for (const port of ports) port.unref();
    return () => {
        for (const port of ports) port.ref();
    };
}

/** Gives the process, as this thread sees it, the environment and the arguments of the run. */
export function applyRunEnvironment(program: Program, env: Record<string, string>): void {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, env);
    process.argv = [process.execPath, program.entry];
    process.setSourceMapsEnabled(true);
}

/** A thread cannot change its directory. Paths that are resolved see this one; `fs` with a relative path does not. */
export function overrideCwd({ directory }: Program): void {
    process.cwd = () => directory;
}

/** @throws EngineError `internal-error` when the host is of another version. */
export function checkProtocol(protocol: number): void {
    if (protocol === PROTOCOL_VERSION) return;
    throw new EngineError(
        'internal-error',
        `The engine speaks version ${protocol} of its protocol, but this worker file version ${PROTOCOL_VERSION}. ` +
            'Both must come from the same version of greenroom.',
    );
}

/**
 * The id that Linux gives to this thread, by which the host finds what the thread is doing. It is asked for while the
 * thread is still spare. Elsewhere, and in a process of its own, which is known by its own id, there is none.
 */
export const OWN_KERNEL_ID: number | undefined = isMainThread ? undefined : readKernelId();

function readKernelId(): number | undefined {
    if (process.platform !== 'linux') return undefined;
    try {
        // As `1234/task/1240`.
        return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    } catch {
        return undefined;
    }
}

/** With so much, the host gets three times the share of a busy processor that a thread of an Actor gets. */
const PRIORITY_STEP = 5;

const { PRIORITY_LOW } = constants.priority;

/**
 * Lets this thread stand back behind that of the host where there are more threads at work than processors: without the
 * host, timeouts, aborts and all other Actors wait. On Linux only, where threads have priorities of their own.
 */
export function lowerPriority(): void {
    if (process.platform !== 'linux') return;
    try {
        const before = getPriority();
        // All that started with a low priority has stood back already.
        if (before < PRIORITY_STEP) setPriority(Math.min(before + PRIORITY_STEP, PRIORITY_LOW));
    } catch {
        // Not allowed, as in some sandboxes: then it has the priority that it has.
    }
}

/**
 * Notes which listeners the process has, as this thread sees it.
 *
 * @returns Removes those that have been added since.
 */
export function snapshotListeners(): () => void {
    const before = new Map(process.eventNames().map((name) => [name, new Set(process.rawListeners(name))]));
    return () => {
        for (const name of process.eventNames()) {
            for (const listener of process.rawListeners(name)) {
                if (before.get(name)?.has(listener) !== true) process.off(name, listener as () => void);
            }
        }
    };
}

import { isMainThread, MessagePort, parentPort } from 'node:worker_threads';
import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { EngineError } from '../../errors/engine-error.js';
import { ignoreHandle } from '../guards/leftovers.js';
import { PROTOCOL_VERSION, type Launch } from '../../protocol/messages.js';

/**
 * Detaches the thread from its pool, so that it ends when the Actor has nothing left to do: the pool's ports would keep
 * it alive.
 *
 * @returns A function that attaches the thread again.
 */
export function detachFromPool(): () => void {
    const { _getActiveHandles } = process as { _getActiveHandles?: () => unknown[] };
    const handles = typeof _getActiveHandles === 'function' ? _getActiveHandles.call(process) : [];
    const ports = handles.filter((handle): handle is MessagePort => handle instanceof MessagePort);
    // Only the pool listens at the other end, and expects only its own messages. A closed port is what an Actor sees in
    // a process of its own, which has none.
    parentPort?.close();
    for (const port of ports) {
        ignoreHandle(port);
        port.unref();
    }
    return () => {
        for (const port of ports) port.ref();
    };
}

/** Sets the environment and arguments of the process, as this thread sees them, to those of the run. */
export function applyRunEnvironment({ argv, execArgv, warnings }: Launch, env: Record<string, string>): void {
    replaceEnvironment(env);
    process.argv = [process.execPath, ...argv];
    process.execArgv = [...execArgv];
    process.setSourceMapsEnabled(true);
    if (warnings.length > 0) applyWarningOptions(warnings);
}

/** Replaces the environment of this thread. */
export function replaceEnvironment(env: Readonly<Record<string, string | undefined>>): void {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, env);
}

/** Changes how Node prints warnings, as its options do. */
function applyWarningOptions(options: readonly string[]): void {
    const flags = process as { noDeprecation?: boolean; traceDeprecation?: boolean; throwDeprecation?: boolean };
    if (options.includes('--no-warnings')) process.removeAllListeners('warning');
    if (options.includes('--no-deprecation')) flags.noDeprecation = true;
    if (options.includes('--trace-deprecation')) flags.traceDeprecation = true;
    if (options.includes('--throw-deprecation')) flags.throwDeprecation = true;
}

/** @throws EngineError `internal-error` if the host is of another version. */
export function checkProtocol(protocol: number): void {
    if (protocol === PROTOCOL_VERSION) return;
    throw new EngineError(
        'internal-error',
        `The engine uses protocol version ${protocol}, but this worker file uses version ${PROTOCOL_VERSION}. ` +
            'Use the same version of greenroom for both.',
    );
}

/**
 * The id that Linux gives to this thread, which tells the host what the thread is doing. Read while the thread is still
 * a spare. Undefined on other systems, and in a process of its own, which has a process id.
 */
export const OWN_KERNEL_ID: number | undefined = isMainThread ? undefined : readKernelId();

function readKernelId(): number | undefined {
    if (process.platform !== 'linux') return undefined;
    try {
        // For example `1234/task/1240`.
        return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    } catch {
        return undefined;
    }
}

/** On a busy processor, this gives the host three times the share of a thread of an Actor. */
const PRIORITY_STEP = 5;

const { PRIORITY_LOW } = constants.priority;

/**
 * Lowers the priority of this thread below that of the host, in case there are more busy threads than processors:
 * without the host, timeouts, aborts and all other Actors wait. Only on Linux, where threads have their own priorities.
 */
export function lowerPriority(): void {
    if (process.platform !== 'linux') return;
    try {
        const before = getPriority();
        // If the whole process started with a low priority, this thread already has it.
        if (before < PRIORITY_STEP) setPriority(Math.min(before + PRIORITY_STEP, PRIORITY_LOW));
    } catch {
        // Not permitted, as in some sandboxes: keep the priority.
    }
}

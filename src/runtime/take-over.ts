import { MessagePort, parentPort } from 'node:worker_threads';
import { EngineError } from '../errors/engine-error.js';
import { PROTOCOL_VERSION, type Program } from '../protocol/messages.js';

/**
 * Lets the thread end when the Actor has nothing left to do, which the pool's own ports would not.
 *
 * @returns Gives the thread back to the pool.
 */
export function releaseThread(): () => void {
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
export function takeOver(program: Program, env: Record<string, string>): void {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, env);
    process.argv = [process.execPath, program.entry];
    process.setSourceMapsEnabled(true);
}

/** A thread cannot change its directory. Paths that are resolved see this one; `fs` with a relative path does not. */
export function pretendDirectory({ directory }: Program): void {
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

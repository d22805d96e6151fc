import { readlinkSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

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

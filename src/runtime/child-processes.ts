import type { ChildProcess } from 'node:child_process';
import type { Reporter } from './link.js';

/** What Node has but its types do not. */
interface ChildProcessInternals {
    prototype: { spawn(this: ChildProcess, ...args: unknown[]): unknown };
}

let isWatched = false;

/**
 * Tells the host of the processes that the Actor starts, such as browsers: they outlive a thread, so that the host has to
 * end those that are left.
 */
export function watchChildProcesses(reporter: Reporter): void {
    if (isWatched) return;
    isWatched = true;
    const { ChildProcess: Class } = process.getBuiltinModule('node:child_process');
    const { prototype } = Class as unknown as ChildProcessInternals;
    const { spawn } = prototype;
    prototype.spawn = function (...args) {
        const result = spawn.apply(this, args);
        const { pid } = this;
        if (pid !== undefined) {
            reporter.post({ type: 'child-started', pid });
            this.once('exit', () => reporter.post({ type: 'child-ended', pid }));
        }
        return result;
    };
}

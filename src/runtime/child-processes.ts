import { syncBuiltinESMExports } from 'node:module';
import type { ChildProcess } from 'node:child_process';
import type { Reporter } from './link.js';

/** What Node has but its types do not. */
interface ChildProcessInternals {
    prototype: { spawn(this: ChildProcess, ...args: unknown[]): unknown };
}

/** The functions that wait for what they start; none of them calls another one by its public name. */
const WAITING_FUNCTIONS = ['spawnSync', 'execSync', 'execFileSync'] as const;

type AnyFunction = (...args: unknown[]) => unknown;

let isWatched = false;

/**
 * Tells the host of the processes that the Actor starts, such as browsers: they outlive a thread, so that the host has to
 * end those that are left.
 */
export function watchChildProcesses(reporter: Reporter): void {
    if (isWatched) return;
    isWatched = true;
    const childProcess = process.getBuiltinModule('node:child_process');
    watchSpawn(childProcess.ChildProcess as unknown as ChildProcessInternals, reporter);
    const functions = childProcess as unknown as Record<string, AnyFunction>;
    for (const name of WAITING_FUNCTIONS) functions[name] = told(functions[name]!, reporter);
    syncBuiltinESMExports();
}

function watchSpawn({ prototype }: ChildProcessInternals, reporter: Reporter): void {
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

/** Told beforehand: while it waits, the thread tells of nothing. */
function told(original: AnyFunction, reporter: Reporter): AnyFunction {
    const watched: AnyFunction = (...args) => {
        reporter.post({ type: 'child-started' });
        return original(...args);
    };
    return Object.defineProperty(watched, 'name', { value: original.name });
}

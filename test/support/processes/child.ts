import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { ROOT } from '../docs/source-files.js';

/** A TypeScript program in its own process. */
export interface Child {
    readonly process: ChildProcess;
    /** The lines of its stdout. */
    readonly lines: () => AsyncIterableIterator<string>;
    /** Kills it and resolves once it has exited. */
    readonly kill: () => Promise<void>;
}

/** Options for starting a child process. */
export interface ChildOptions {
    args?: readonly string[];
    /** Shell commands to run before it, such as `ulimit`. */
    before?: string;
    /** If set, the test reads its stderr. Default: stderr is printed. */
    keepsStderr?: boolean;
}

/** Starts a program of `test/fixtures`. It is killed at the end of the running test. */
export function startChild(
    program: string,
    { args = [], before = ':', keepsStderr = false }: ChildOptions = {},
): Child {
    const node = [process.execPath, '--import', 'tsx', `test/fixtures/${program}`, ...args];
    const child = spawn('sh', ['-c', `${before}; exec "$@"`, 'sh', ...node], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', keepsStderr ? 'pipe' : 'inherit'],
    });
    const gone = once(child, 'exit');
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const kill = async (): Promise<void> => {
        child.kill('SIGKILL');
        await gone;
    };
    onTestFinished(kill);
    return { process: child, lines: () => lines, kill };
}

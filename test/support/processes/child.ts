import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { ROOT } from '../docs/source-files.js';

/** A TypeScript program in a process of its own. */
export interface Child {
    readonly process: ChildProcess;
    /** The lines that it writes. */
    readonly lines: () => AsyncIterableIterator<string>;
    /** Kills it without warning and settles once it is gone. */
    readonly kill: () => Promise<void>;
}

/** How to start a child. */
export interface ChildOptions {
    args?: readonly string[];
    /** Shell commands to be run before it, such as `ulimit`. */
    before?: string;
    /** Whether what it writes to stderr is for the test to read. Default: no, it is shown. */
    keepsStderr?: boolean;
}

/** Starts a program of `test/fixtures`; it is killed when the running test has finished, if not before. */
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

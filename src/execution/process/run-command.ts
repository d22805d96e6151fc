import { spawn } from 'node:child_process';
import { within } from '../../util/clock.js';
import { ChildProcesses } from './child-processes.js';
import { BUILD_MARK } from './kill-process-tree.js';

export interface BuildCommand {
    /** The build; all that is started with its mark ends with it. */
    buildId: string;
    program: string;
    /** Nothing in them may come from outside: on Windows they go through a shell. */
    args: readonly string[];
    directory: string;
    env: Readonly<Record<string, string>>;
    onOutput: (stream: 'stdout' | 'stderr', text: string) => void;
    /** Ends it at once, with all processes that it has started. */
    signal: AbortSignal;
}

export interface CommandEnd {
    code?: number;
    signal?: NodeJS.Signals;
    /** Why it could not be started. */
    error?: Error;
}

/** How long the last words of a process that has been killed may take to arrive. */
const LAST_WORDS_MILLIS = 2_000;

/** Runs a command to its end; what it has left running in the background is ended then, too. Never rejects. */
export async function runCommand(command: BuildCommand): Promise<CommandEnd> {
    const { buildId, program, args, directory, env, onOutput, signal } = command;
    const isWindows = process.platform === 'win32';
    const children = new ChildProcesses(buildId);
    const child = spawn(program, args, {
        cwd: directory,
        env: { ...env, [BUILD_MARK]: buildId },
        stdio: ['ignore', 'pipe', 'pipe'],
        // With a group of its own, all that it starts can be ended with it. Windows has its programs as scripts.
        detached: !isWindows,
        shell: isWindows,
        windowsHide: true,
    });
    children.started(child.pid);
    for (const stream of ['stdout', 'stderr'] as const) {
        // None where the process could not be started for want of files.
        child[stream]?.setEncoding('utf8').on('data', (text: string) => onOutput(stream, text));
    }
    const kill = (): void => void children.kill();
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const end = await new Promise<CommandEnd>((resolve) => {
        child.once('error', (error) => resolve({ error }));
        child.once('exit', (code, by) => resolve({ code: code ?? undefined, signal: by ?? undefined }));
    });
    signal.removeEventListener('abort', kill);
    if (end.error !== undefined) return end;
    // Whatever still runs would hold the output open, and write into a build that is not to change any more.
    await children.kill();
    if (child.pid !== undefined) children.ended(child.pid);
    await within(LAST_WORDS_MILLIS, closed);
    child.stdout?.destroy();
    child.stderr?.destroy();
    return end;
}

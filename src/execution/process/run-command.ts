import { spawn } from 'node:child_process';
import { within } from '../../util/clock.js';
import { ChildProcesses } from './child-processes.js';
import { BUILD_MARK } from './kill-process-tree.js';

export interface BuildCommand {
    /** Id of the build; marks the processes that are killed with it. */
    buildId: string;
    program: string;
    /** Must not contain untrusted content: on Windows they pass through a shell. */
    args: readonly string[];
    directory: string;
    env: Readonly<Record<string, string>>;
    onOutput: (stream: 'stdout' | 'stderr', text: string) => void;
    /** Kills the command with all of its child processes. */
    signal: AbortSignal;
}

export interface CommandResult {
    code?: number;
    signal?: NodeJS.Signals;
    /** Set if the command could not be started. */
    error?: Error;
}

/** Maximum milliseconds to wait for the remaining output of a killed process. */
const MAX_DRAIN_MILLIS = 2_000;

/** Runs a command to its end, then kills the processes it left in the background. Never rejects. */
export async function runCommand(command: BuildCommand): Promise<CommandResult> {
    const { buildId, program, args, directory, env, onOutput, signal } = command;
    const isWindows = process.platform === 'win32';
    const children = new ChildProcesses(buildId);
    const child = spawn(program, args, {
        cwd: directory,
        env: { ...env, [BUILD_MARK]: buildId },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A process group of its own, so that its children can be killed with it. On Windows, npm is a script.
        detached: !isWindows,
        shell: isWindows,
        windowsHide: true,
    });
    children.add(child.pid);
    for (const stream of ['stdout', 'stderr'] as const) {
        // Undefined if the process could not be started because too many files are open.
        child[stream]?.setEncoding('utf8').on('data', (text: string) => onOutput(stream, text));
    }
    const kill = (): void => void children.kill();
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const end = await new Promise<CommandResult>((resolve) => {
        child.once('error', (error) => resolve({ error }));
        child.once('exit', (code, signalName) => resolve({ code: code ?? undefined, signal: signalName ?? undefined }));
    });
    signal.removeEventListener('abort', kill);
    if (end.error !== undefined) return end;
    // Background processes would keep the output open and could change the finished build.
    await children.kill();
    if (child.pid !== undefined) children.remove(child.pid);
    await within(MAX_DRAIN_MILLIS, closed);
    child.stdout?.destroy();
    child.stderr?.destroy();
    return end;
}

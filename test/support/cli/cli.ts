import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { runCommandLine } from '../../../src/cli/program.js';
import { ROOT } from '../docs/source-files.js';

/** The built command line. */
export const CLI = join(ROOT, 'dist', 'cli.js');

/** The result of a command line call. */
export interface CliResult {
    code: number | null;
    stdout: string;
    stderr: string;
}

/** How to call the command line. */
export interface CliOptions {
    cwd?: string;
    /** Besides those of this process, without those that the command line itself looks at. */
    env?: Record<string, string>;
    /** Text on stdin. Default: none. */
    stdin?: string;
}

/** The variables of this process, without what would change what a command does. */
export function cliEnv(more: Record<string, string> = {}): Record<string, string | undefined> {
    const env = Object.entries(process.env).filter(
        ([name]) => !/^(GREENROOM_|FORCE_COLOR$|NO_COLOR$|NODE_V8_)/.test(name),
    );
    return { ...Object.fromEntries(env), ...more };
}

/** Starts the command line as a process; it is killed when the running test has finished, if not before. */
export function startCli(words: readonly string[], { cwd = ROOT, env, stdin }: CliOptions = {}) {
    const child = spawn(process.execPath, [CLI, ...words], { cwd, env: cliEnv(env), stdio: 'pipe' });
    child.stdin.on('error', () => {});
    child.stdin.end(stdin ?? '');
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
}

/** Calls the command line and waits for its end. */
export async function cli(words: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    const child = startCli(words, options);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: code as number | null, stdout, stderr };
}

/** Calls the command line in this very process, from its source: for what starts no run, and is over sooner. */
export async function cliHere(
    words: readonly string[],
    { cwd = ROOT, env = {}, stdin = '' }: CliOptions = {},
): Promise<CliResult> {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    streams.stdin.end(stdin);
    const read = Promise.all([text(streams.stdout), text(streams.stderr)]);
    const code = await runCommandLine(words, { streams: streams as never, env, cwd });
    streams.stdout.end();
    streams.stderr.end();
    const [stdout, stderr] = await read;
    return { code, stdout, stderr };
}

/** Calls of the command line in a folder, in this very process, by whole lines; single quotes keep words together. */
export function cliIn(cwd: string): (line: string, stdin?: string) => Promise<CliResult> {
    return (line, stdin) => {
        const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
        return cliHere(words, { cwd, stdin });
    };
}

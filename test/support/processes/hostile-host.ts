import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { ROOT } from '../docs/source-files.js';
import type { EngineOptions, StartOptions } from 'greenroom';

/** The end of a run in a host of its own. */
export interface HostileEnd {
    status: string;
    exitCode?: number;
    statusMessage?: string;
    output?: unknown;
}

/** The end of a host, and those of its runs. */
export interface HostEnd {
    /** Exit code or signal. */
    exit: number | string;
    stderr: string;
    runs: HostileEnd[];
    /** The status of a harmless run after all others. */
    last: string | undefined;
}

/** Options of {@link runInOwnHost}. */
export interface OwnHostOptions {
    /** Options of the engine that JSON can represent. */
    engine?: EngineOptions;
    run?: StartOptions;
    env?: NodeJS.ProcessEnv;
    /** Arguments of Node. */
    execArgv?: readonly string[];
}

/** Runs Actors one after the other in a process of its own, since they may end or damage it. */
export async function runInOwnHost(
    actors: readonly string[],
    { engine = {}, run = {}, env = {}, execArgv = [] }: OwnHostOptions = {},
): Promise<HostEnd> {
    const host = spawn(process.execPath, [...execArgv, 'test/fixtures/hostile/host.js'], {
        cwd: ROOT,
        env: { ...process.env, ...env, HOSTILE: JSON.stringify({ actors, options: engine, runOptions: run }) },
    });
    onTestFinished(() => void host.kill('SIGKILL'));
    const [stdout, stderr, [code, signal]] = await Promise.all([
        text(host.stdout),
        text(host.stderr),
        once(host, 'close') as Promise<[number | null, string | null]>,
    ]);
    const ends = stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as HostileEnd);
    const isComplete = ends.length > actors.length;
    return {
        exit: signal ?? code!,
        stderr,
        runs: ends.slice(0, actors.length),
        last: isComplete ? ends.at(-1)?.status : undefined,
    };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { ACTOR_TO_HOST_FD, TERMINATE_FD, HOST_TO_ACTOR_FD } from '../../protocol/frames.js';
import { unregisterChild, registerChild } from './orphan-reaper.js';
import { PipePort } from '../../protocol/pipe-port.js';
import { SPARE_ENV } from '../thread/thread-settings.js';
import { readSystemVariables } from '../../util/system-variables.js';
import type { CommandResult } from './run-command.js';
import type { PrewarmTasks } from '../../protocol/messages.js';

export interface ProcessSettings {
    processUrl: string;
    memoryMbytes: number;
    /** Options of Node in addition to those for the memory limit. */
    nodeOptions: readonly string[];
    /** True if the process writes its coverage when it is asked to exit; see {@link ActorProcess.requestExit}. */
    recordsCoverage: boolean;
    tasks: PrewarmTasks;
}

export interface ProcessExit extends CommandResult {
    /** The end of its direct output to stderr, such as V8's fatal errors. */
    stderrTail: string;
}

/** A native stack trace after the error may have several thousand characters. */
const STDERR_TAIL_CHARACTERS = 32_000;
const HEAP_SHARE = 0.75;

/** A process that runs one Actor, or a spare that waits for one. */
export class ActorProcess {
    /** Called with output that does not come through the channel: from native code and child processes. */
    onOutput: (stream: 'stdout' | 'stderr', text: string) => void = () => {};
    readonly port: PipePort;
    /** Resolves when the process has exited and all of its output has arrived. */
    readonly exited: Promise<ProcessExit>;
    readonly #child: ChildProcess;
    readonly #endPipe: Socket | null;
    #stderrTail = '';

    constructor({ processUrl, memoryMbytes, nodeOptions, recordsCoverage: isCovered, tasks }: ProcessSettings) {
        const words = [...heapFlags(memoryMbytes), ...nodeOptions, fileURLToPath(processUrl)];
        this.#child = spawn(process.execPath, words, {
            // Node reads certificates only when it starts.
            env: { ...SPARE_ENV, ...electronVariables(), ...readSystemVariables(process.env) },
            stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', isCovered ? 'pipe' : 'ignore'],
            // A process group of its own: its children can be killed with it, and Ctrl+C reaches only the host.
            detached: true,
            windowsHide: true,
        });
        // If the host has too many open files, `stdio` is undefined despite its type.
        const stdio = ((this.#child as Partial<ChildProcess>).stdio ?? createClosedPipes()) as (Socket | null)[];
        this.#endPipe = stdio[TERMINATE_FD] ?? null;
        const outgoing = stdio[HOST_TO_ACTOR_FD]!;
        // Writes to an exited process fail; its other pipe reports the exit.
        outgoing.on('error', () => {});
        const write = (frame: Buffer): void => void (outgoing.writable && outgoing.write(frame));
        this.port = new PipePort(stdio[ACTOR_TO_HOST_FD]!, write, [outgoing, stdio[1]!, stdio[2]!]);
        this.exited = new Promise((resolve) => {
            const end = (exit: CommandResult): void => resolve({ ...exit, stderrTail: this.#stderrTail });
            this.#child.once('error', (error) => end({ error }));
            this.#child.once('close', (code, signal) => end({ code: code ?? undefined, signal: signal ?? undefined }));
        });
        const { pid } = this.#child;
        if (pid !== undefined) {
            registerChild(pid);
            void this.exited.then(() => unregisterChild(pid));
        }
        for (const stream of ['stdout', 'stderr'] as const) {
            this.#child[stream]?.setEncoding('utf8').on('data', (text: string) => this.#handleOutput(stream, text));
        }
        this.port.postMessage(tasks);
    }

    get pid(): number | undefined {
        return this.#child.pid;
    }

    get isAlive(): boolean {
        return this.#child.exitCode === null && this.#child.signalCode === null && this.pid !== undefined;
    }

    /** Asks the process to write its coverage and exit. Works while it is busy, but not while it is blocked in native code. */
    requestExit(): void {
        this.#endPipe?.once('error', () => {}).write('.');
    }

    /** Kills the process and its process group. */
    kill(): void {
        const { pid } = this;
        if (pid === undefined) return;
        try {
            process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
        } catch {
            // Already exited.
        }
    }

    /** Sets whether the process keeps the host alive. */
    setRef(isRef: boolean): void {
        const method = isRef ? 'ref' : 'unref';
        for (const handle of [this.#child, this.port, this.#endPipe]) handle?.[method]();
    }

    #handleOutput(stream: 'stdout' | 'stderr', text: string): void {
        if (stream === 'stderr') this.#stderrTail = (this.#stderrTail + text).slice(-STDERR_TAIL_CHARACTERS);
        this.onOutput(stream, text);
    }
}

/** Creates closed pipes in place of missing ones. */
function createClosedPipes(): Socket[] {
    return Array.from({ length: TERMINATE_FD + 1 }, () => new Socket().destroy());
}

/** Returns V8's heap limit in megabytes for a process with this memory limit. */
export function heapLimitMbytes(memoryMbytes: number): number {
    return Math.round(memoryMbytes * HEAP_SHARE);
}

/**
 * Returns V8's flags for a process with this memory limit. They leave room for memory outside of the heap, as Node itself does
 * in a container; if the process exceeds the total, the host kills it.
 */
function heapFlags(memoryMbytes: number): string[] {
    const semiSpace = Math.min(16, Math.max(1, memoryMbytes / 32));
    return [`--max-old-space-size=${heapLimitMbytes(memoryMbytes)}`, `--max-semi-space-size=${semiSpace}`];
}

/** Returns the variable that makes Electron run as Node. */
function electronVariables(): Record<string, string> {
    return process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
}

/*
 * Like spare threads, spare processes belong to the host, not to one engine. Fewer are kept: each uses about 40 MB.
 */

const MAX_SPARES = 4;
const IDLE_MILLIS = 30_000;
/** Delay before a replacement starts: it would compete with a short run for the CPU. */
const REPLACE_AFTER_MILLIS = 50;

interface Spare {
    process: ActorProcess;
    idleTimer: NodeJS.Timeout;
}

/** Spares by their settings, least recently used first. */
const spares = new Map<string, Spare>();

/** Starts a spare with these settings, unless one exists. */
export function prewarmProcess(settings: ProcessSettings): void {
    const key = JSON.stringify(settings);
    if (spares.has(key)) return;
    if (spares.size >= MAX_SPARES) removeSpare(spares.keys().next().value!);
    const process = new ActorProcess(settings);
    process.setRef(false);
    spares.set(key, { process, idleTimer: setTimeout(() => removeSpare(key), IDLE_MILLIS).unref() });
}

/** Returns a spare process with these settings, or a new one. */
export function acquireProcess(settings: ProcessSettings, keepSpare: boolean): ActorProcess {
    const key = JSON.stringify(settings);
    const spare = spares.get(key);
    if (spare !== undefined) clearTimeout(spare.idleTimer);
    spares.delete(key);
    const acquired = spare?.process.isAlive === true ? spare.process : new ActorProcess(settings);
    acquired.setRef(true);
    if (keepSpare) {
        const replacement = setTimeout(() => prewarmProcess(settings), REPLACE_AFTER_MILLIS).unref();
        void acquired.exited.then(() => clearTimeout(replacement));
    }
    return acquired;
}

function removeSpare(key: string): void {
    const spare = spares.get(key);
    spares.delete(key);
    clearTimeout(spare?.idleTimer);
    spare?.process.kill();
}

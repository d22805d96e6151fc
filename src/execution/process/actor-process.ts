import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { ACTOR_TO_HOST_FD, TERMINATE_FD, HOST_TO_ACTOR_FD } from '../../protocol/frames.js';
import { unregisterChild, registerChild } from './orphan-reaper.js';
import { PipePort } from '../../protocol/pipe-port.js';
import { SPARE_ENV } from '../thread/thread-settings.js';
import type { CommandEnd } from './run-command.js';
import type { PrewarmTasks } from '../../protocol/messages.js';

export interface ProcessSettings {
    processUrl: string;
    memoryMbytes: number;
    /** Whether it can be told to end and write what it has covered; see {@link ActorProcess.askToEnd}. */
    isCovered: boolean;
    tasks: PrewarmTasks;
}

export interface ProcessExit extends CommandEnd {
    /** The end of what it wrote to stderr without the SDK's or the console's help: V8's last words, for one. */
    lastStderr: string;
}

const LAST_STDERR_CHARACTERS = 4_000;
const HEAP_SHARE = 0.75;

/** A process that runs one Actor, or waits to be handed one. */
export class ActorProcess {
    /** Called with what it writes past the channel: native code, and processes that write where it does. */
    onOutput: (stream: 'stdout' | 'stderr', text: string) => void = () => {};
    readonly port: PipePort;
    /** Settles when it has ended and everything that it wrote has come. */
    readonly exited: Promise<ProcessExit>;
    readonly #child: ChildProcess;
    readonly #endPipe: Socket | null;
    #lastStderr = '';

    constructor({ processUrl, memoryMbytes, isCovered, tasks }: ProcessSettings) {
        this.#child = spawn(process.execPath, [...heapFlags(memoryMbytes), fileURLToPath(processUrl)], {
            env: { ...SPARE_ENV, ...electronVariables() },
            stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', isCovered ? 'pipe' : 'ignore'],
            // With a group of its own, all that it starts can be ended with it, and a Ctrl+C is for the host to deal with.
            detached: true,
            windowsHide: true,
        });
        // Where the process has too many files open, there are no pipes at all, whatever the types say.
        const stdio = ((this.#child as Partial<ChildProcess>).stdio ?? noPipes()) as (Socket | null)[];
        this.#endPipe = stdio[TERMINATE_FD] ?? null;
        const outgoing = stdio[HOST_TO_ACTOR_FD]!;
        // A process that has gone takes nothing more; that it has gone is seen by its other pipe.
        outgoing.on('error', () => {});
        const write = (frame: Buffer): void => void (outgoing.writable && outgoing.write(frame));
        this.port = new PipePort(stdio[ACTOR_TO_HOST_FD]!, write, [outgoing, stdio[1]!, stdio[2]!]);
        this.exited = new Promise((resolve) => {
            const end = (exit: Omit<ProcessExit, 'lastStderr'>): void =>
                resolve({ ...exit, lastStderr: this.#lastStderr });
            this.#child.once('error', (error) => end({ error }));
            this.#child.once('close', (code, signal) => end({ code: code ?? undefined, signal: signal ?? undefined }));
        });
        const { pid } = this.#child;
        if (pid !== undefined) {
            registerChild(pid);
            void this.exited.then(() => unregisterChild(pid));
        }
        for (const stream of ['stdout', 'stderr'] as const) {
            this.#child[stream]?.setEncoding('utf8').on('data', (text: string) => this.#receive(stream, text));
        }
        this.port.postMessage(tasks);
    }

    get pid(): number | undefined {
        return this.#child.pid;
    }

    get isAlive(): boolean {
        return this.#child.exitCode === null && this.#child.signalCode === null && this.pid !== undefined;
    }

    /** Has it write what it has covered and end, also when it is busy; but not when it waits in native code. */
    askToEnd(): void {
        this.#endPipe?.once('error', () => {}).write('.');
    }

    /** Ends it at once, with all that it has started in its group. */
    kill(): void {
        const { pid } = this;
        if (pid === undefined) return;
        try {
            process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
        } catch {
            // Gone already, as was wanted.
        }
    }

    /** Lets the host end before it, or not. */
    setRef(isRef: boolean): void {
        const method = isRef ? 'ref' : 'unref';
        for (const part of [this.#child, this.port, this.#endPipe]) part?.[method]();
    }

    #receive(stream: 'stdout' | 'stderr', text: string): void {
        if (stream === 'stderr') this.#lastStderr = (this.#lastStderr + text).slice(-LAST_STDERR_CHARACTERS);
        this.onOutput(stream, text);
    }
}

/** Pipes that nothing comes out of, and that take nothing. */
function noPipes(): Socket[] {
    return Array.from({ length: TERMINATE_FD + 1 }, () => new Socket().destroy());
}

/** The megabytes of heap at which V8 ends a process that may use so many. */
export function heapLimitMbytes(memoryMbytes: number): number {
    return Math.round(memoryMbytes * HEAP_SHARE);
}

/**
 * V8's limits for a process that may use so much memory. They leave room for what is not on its heap, as Node itself does
 * in a container; where that room is used too, the process is ended from outside.
 */
function heapFlags(memoryMbytes: number): string[] {
    const semiSpace = Math.min(16, Math.max(1, memoryMbytes / 32));
    return [`--max-old-space-size=${heapLimitMbytes(memoryMbytes)}`, `--max-semi-space-size=${semiSpace}`];
}

/** Electron is a Node only when it is told to be one. */
function electronVariables(): Record<string, string> {
    return process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
}

/*
 * Spare processes belong to the host, not to one engine, as spare threads do. There are fewer of them: each costs some
 * forty megabytes.
 */

const MAX_SPARES = 4;
const IDLE_MILLIS = 30_000;
/** A replacement is started only for runs that last: short ones would compete with it for the processor. */
const REPLACE_AFTER_MILLIS = 50;

interface Spare {
    process: ActorProcess;
    idle: NodeJS.Timeout;
}

/** By kind, the longest unused first. */
const spares = new Map<string, Spare>();

/** Starts a spare of a kind, unless there is one already. */
export function prewarmProcess(settings: ProcessSettings): void {
    const key = JSON.stringify(settings);
    if (spares.has(key)) return;
    if (spares.size >= MAX_SPARES) dismiss(spares.keys().next().value!);
    const process = new ActorProcess(settings);
    process.setRef(false);
    spares.set(key, { process, idle: setTimeout(() => dismiss(key), IDLE_MILLIS).unref() });
}

/** A spare process, or a new one if none is ready. */
export function acquireProcess(settings: ProcessSettings, keepSpare: boolean): ActorProcess {
    const key = JSON.stringify(settings);
    const spare = spares.get(key);
    if (spare !== undefined) clearTimeout(spare.idle);
    spares.delete(key);
    const taken = spare?.process.isAlive === true ? spare.process : new ActorProcess(settings);
    taken.setRef(true);
    if (keepSpare) {
        const replacement = setTimeout(() => prewarmProcess(settings), REPLACE_AFTER_MILLIS).unref();
        void taken.exited.then(() => clearTimeout(replacement));
    }
    return taken;
}

function dismiss(key: string): void {
    const spare = spares.get(key);
    spares.delete(key);
    clearTimeout(spare?.idle);
    spare?.process.kill();
}

import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { createIsolatedThreads } from './thread-pools.js';
import { executeInThread, type TakenThread } from './thread-execution.js';
import { keepLoopsInterruptible, resourceLimitsOf, SPARE_ENV } from './thread-settings.js';
import { IDLE_MILLIS, PoolShelf } from './pool-shelf.js';
import { threadTerminatedBy } from './pool-thread.js';
import { TurnGate } from './turn-gate.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun, WarmingOfProgram } from './executor.js';
import type { RunNetwork } from '../protocol/network.js';
import type { SpareTasks, ThreadAssignment } from '../protocol/messages.js';

/**
 * Runs each Actor in a warm thread that earlier runs of the same Actor have used, so that its modules are loaded already.
 *
 * Actors that bring the platform's SDK get a fresh thread for each run: it keeps its run in the globals of the thread, and
 * ends the thread with it. So do runs with setup files.
 */
export function createPooledThreads(options: ProgramExecutorOptions): ProgramExecutor {
    const { workerUrl, prewarm, coverageDir } = options;
    const isolated = createIsolatedThreads(options);
    const kindOf = ({ runnable, memoryMbytes, network }: WarmingOfProgram): WarmKind => {
        const { program, preload, compileCache } = runnable;
        return {
            workerUrl,
            memoryMbytes,
            network,
            entry: program.entry,
            modifiedAtMillis: modifiedAt(program.entry),
            tasks: { preload, compileCache, hooks: program.needsSdkHooks },
            isCovered: coverageDir !== undefined,
            spares: prewarm,
        };
    };
    /** What has to be imported anew for each run, before the Actor, needs a thread that has imported nothing yet. */
    const needsFreshThread = ({ program }: ProgramToRun, setupFiles: readonly string[] = []): boolean =>
        program.ownSdk !== undefined || setupFiles.length > 0;
    return {
        execute(request) {
            // An inspector belongs to its thread, and goes with it.
            const isDebugged = request.debug !== undefined;
            if (isDebugged || needsFreshThread(request.runnable, request.setupFiles)) return isolated.execute(request);
            const kind = kindOf(request);
            return executeInThread((assignment) => takeWarmThread(kind, assignment), request, options);
        },
        warm(warming) {
            if (needsFreshThread(warming.runnable, warming.setupFiles)) isolated.warm(warming);
            else heatThreads(kindOf(warming));
        },
    };
}

/** Of a file that is gone by now the run itself will tell. */
function modifiedAt(file: string): number {
    return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/*
 * Threads that serve one run after another, always of the same Actor. Piscina starts them, hands out the runs and ends
 * those that stay idle; a thread that has ended in a run, or was ended with it, is replaced by the next run that needs one.
 */

/** What makes two warm threads interchangeable. */
interface WarmKind {
    workerUrl: string;
    memoryMbytes: number;
    network: RunNetwork;
    /** The module that they have loaded, as it was then. */
    entry: string;
    modifiedAtMillis: number;
    tasks: SpareTasks;
    /** Whether they count what runs: code that was loaded before it was counted is not counted well. */
    isCovered: boolean;
    spares: number;
}

/** The name under which the worker file exports what serves runs in turn. */
const TASK_NAME = 'runInTurn';
const MAX_THREADS_PER_KIND = 1024;
/** As many threads work well at once; one more is started only for a run that has waited for so long. */
const THREADS_AT_ONCE = Math.ceil(availableParallelism() * 1.5);
const PATIENCE_MILLIS = 20;

interface Pool {
    piscina: Piscina;
    gate: TurnGate;
    /** Fails the runs whose threads have not begun with them. */
    starting: Set<(error: unknown) => void>;
}

const shelf = new PoolShelf<Pool>(({ piscina }) => void piscina.destroy());

/** Starts threads of a kind, unless there are some already. */
function heatThreads(kind: WarmKind): void {
    if (kind.spares > 0) shelf.find(JSON.stringify(kind), () => createPool(kind));
}

/** Hands an assignment to a warm thread as soon as one is free, or to a new one. */
function takeWarmThread(kind: WarmKind, assignment: ThreadAssignment): TakenThread {
    const shelved = shelf.find(JSON.stringify(kind), () => createPool(kind));
    const { pool } = shelved;
    const abort = new AbortController();
    shelf.take(shelved);
    let fail: (error: unknown) => void = () => {};
    const failed = new Promise<unknown>((resolve) => {
        fail = resolve;
    });
    pool.starting.add(fail);
    let isOver = false;
    let leave: () => void = () => {};
    const free = new Promise<void>((resolve) => {
        const settle = (): void => {
            if (isOver) return;
            isOver = true;
            pool.starting.delete(fail);
            leave();
            shelf.giveBack(shelved);
            resolve();
        };
        leave = pool.gate.enter(() => {
            const options = { name: TASK_NAME, transferList: [assignment.port], signal: abort.signal };
            void pool.piscina
                .run(assignment, options)
                .catch((error: unknown) => {
                    if (!abort.signal.aborted) fail(error);
                })
                .then(settle);
        });
        abort.signal.addEventListener('abort', settle);
    });
    return {
        failed,
        free,
        hasStarted: () => pool.starting.delete(fail),
        release() {
            return isOver ? undefined : threadTerminatedBy(() => abort.abort(), pool.piscina);
        },
    };
}

function createPool(kind: WarmKind): Pool {
    keepLoopsInterruptible();
    const starting: Pool['starting'] = new Set();
    const piscina = new Piscina({
        filename: kind.workerUrl,
        name: TASK_NAME,
        minThreads: Math.min(kind.spares, THREADS_AT_ONCE),
        maxThreads: MAX_THREADS_PER_KIND,
        idleTimeout: IDLE_MILLIS,
        // Between runs a thread has to hear of what it has left behind, and in a run of what its host says.
        atomics: 'disabled',
        recordTiming: false,
        env: SPARE_ENV,
        // The host's own flags are none of the Actor's business; some, such as `--input-type`, even break a thread.
        execArgv: [],
        workerData: kind.tasks,
        resourceLimits: resourceLimitsOf(kind.memoryMbytes),
    });
    // A thread that cannot even start leaves what it was started for in the queue for ever.
    piscina.on('error', (error: unknown) => {
        for (const fail of starting) fail(error);
    });
    return { piscina, gate: new TurnGate(THREADS_AT_ONCE, PATIENCE_MILLIS), starting };
}

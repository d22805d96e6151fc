import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../../errors/engine-error.js';
import { AssignedRun } from './assigned-run.js';
import { Baseline } from '../guards/baseline.js';
import { connectOwnSdk } from '../apify-bridge/bridge.js';
import { startProbeThread } from '../coverage/run-coverage.js';
import { onFinalExit, reportCrashes } from './exit.js';
import { apiHosts, protectHost, installGuards } from './install-guards.js';
import {
    drainLoop,
    followLeftovers,
    ignoreHandle,
    loopDrained,
    markLeftover,
    takeLeftovers,
} from '../guards/leftovers.js';
import { adoptNestedThreads } from './nested-threads.js';
import {
    countEvaluations,
    importSetupFiles,
    isLoadedForAllRuns,
    loadEntry,
    reloadEntry,
    type Namespace,
} from './program.js';
import { registerSdkHooks } from './sdk-hooks.js';
import { closeInspector, openInspector, waitForAttachedDebugger } from '../guards/inspector.js';
import { overrideCwd } from './working-directory.js';
import { checkProtocol, detachFromPool, lowerPriority } from './apply-run-process-state.js';
import { setContextSource } from '../sdk/context.js';
import { OutputBackpressure } from '../../protocol/flow-control.js';
import type { DebugSettings } from '../../model/execution.js';
import type { MessageSink } from '../channel/host-connection.js';
import type { ActorMessage, Assignment, Port, Program, ThreadAssignment } from '../../protocol/messages.js';

/** Each evaluation of a script takes memory; after this many, a fresh thread replaces this one. */
const MAX_EVALUATIONS = 200;

interface CurrentRun {
    run: AssignedRun;
    end(exitCode: number): void;
}

let current: CurrentRun | undefined;
/** In a reused thread, the run to which the code that is executing belongs: code of earlier runs may be left. */
const runs = new AsyncLocalStorage<AssignedRun>();
/** Returns the run to which the code that is executing belongs. */
let findRun = (): AssignedRun | undefined => current?.run;
/** The state in which each run finds a reused thread. */
let baseline: Baseline | undefined;
/** Ends the thread or process without running more of the Actor's code; set by `prepareOnce`. */
let terminate: ((exitCode: number) => void) | undefined;

/**
 * Makes this thread or process the worker of one run and starts the Actor. The port of the run reports how it ends.
 *
 * @param isolation - A thread shares directory, process id and signals with its host; a process has its own.
 */
export function boot(
    assignment: Assignment,
    port: Port,
    isolation: 'thread' | 'process',
    backpressure?: OutputBackpressure,
): void {
    const { program, launch, network, setupFiles, retries, debug, coverage } = assignment;
    if (isolation === 'thread') detachFromPool();
    const run = new AssignedRun(assignment, port, backpressure, {
        exit: (exitCode) => process.exit(exitCode),
        terminate: (exitCode) => terminate?.(exitCode),
        enter: (work) => work(),
        findRun,
    });
    current = { run, end: (exitCode) => run.end(exitCode, closeInspector) };
    if (isolation === 'thread') overrideCwd(program);
    else process.chdir(program.directory);
    process.once('beforeExit', () => run.warnIfLoopDrained());
    prepareOnce(assignment, isolation);
    if (program.needsSdkHooks) registerSdkHooks();
    const start = async (): Promise<void> => {
        checkProtocol(assignment.protocol);
        if (debug) await startDebugging(debug, run.connection);
        if (coverage && isolation === 'process') await startProbeThread();
        run.bridge =
            program.ownSdk && connectOwnSdk(program.ownSdk, { ...run.context, hosts: apiHosts(network), retries });
        await run.start(async () => {
            await importSetupFiles(setupFiles, program.loader);
            return loadEntry(program, launch);
        });
    };
    // Deliberately not caught: as in any program, an error of the entry is an uncaught one.
    void start();
}

/**
 * Makes this thread the worker of one run; settles when it is free for the next run of the same Actor. The run ends as
 * in a thread of its own: at `Actor.exit()`, at `process.exit()`, by an error, or when nothing is left to do.
 *
 * Nothing may leak from one run into the next. Code belongs to the run in whose async context it executes: once that run
 * has ended, its calls are rejected, and its output and its errors are dropped. Listeners of the process are removed. A
 * thread in which a run has left anything else is terminated, as it is after `process.exit()` or an error.
 */
export async function bootReused({ port, outputCounter, ...assignment }: ThreadAssignment): Promise<void> {
    const { program } = assignment;
    const reattach = detachFromPool();
    if (terminate === undefined) await prepareReused(assignment);
    ignoreHandle(port);
    await new Promise<void>((resolve) => {
        const run = new AssignedRun(assignment, port, new OutputBackpressure(outputCounter), {
            exit(exitCode) {
                if (current?.run === run) {
                    process.exitCode = exitCode;
                    // As with `process.exit()`: listeners first, then the end.
                    process.emit('exit', exitCode);
                }
                return new Promise<never>(() => {});
            },
            terminate: (exitCode) => terminate?.(exitCode),
            enter: (work) => runs.run(run, work),
            findRun,
        });
        overrideCwd(program);
        current = {
            run,
            end(exitCode) {
                run.end(exitCode, closeInspector);
                resolve();
            },
        };
        baseline ??= new Baseline();
        const start = async (): Promise<void> => {
            checkProtocol(assignment.protocol);
            await run.start(() => loadReused(run, program));
        };
        // Deliberately not caught, as above.
        void runs.run(run, start);
    });
    current = undefined;
    baseline?.removeListeners();
    process.exitCode = undefined;
    const isDrained = await drainLoop(reattach);
    const isClean = isDrained && !takeLeftovers() && baseline?.isChanged === false;
    if (!isClean || countEvaluations(program) >= MAX_EVALUATIONS) terminate?.(0);
}

async function loadReused(run: AssignedRun, program: Program): Promise<Namespace> {
    const evaluations = countEvaluations(program);
    const namespace = await reloadEntry(program, () => run.isInitialized);
    // The modules of a function are not evaluated again, so that everything they have set up must stay.
    if (countEvaluations(program) > evaluations && isLoadedForAllRuns(program)) baseline = new Baseline();
    return namespace;
}

/** Does the work that a reused thread needs once. */
async function prepareReused(assignment: Assignment): Promise<void> {
    // Bun evaluates modules outside of any context.
    const isBun = process.versions['bun'] !== undefined;
    findRun = () => runs.getStore() ?? (isBun ? current?.run : undefined);
    prepareOnce(assignment, 'thread');
    await followLeftovers();
    const exit = process.exit.bind(process);
    process.exit = (exitCode) => {
        if (isEnded()) throw new Error('The run of this code has ended.');
        return exit(exitCode);
    };
    // Node emits the events of the process outside of any context.
    const emit = process.emit.bind(process) as (...args: unknown[]) => boolean;
    const emitInRun = (...args: unknown[]): boolean => {
        const isOutside = current !== undefined && runs.getStore() === undefined;
        return isOutside ? runs.run(current!.run, () => emit(...args)) : emit(...args);
    };
    process.emit = emitInRun as typeof process.emit;
    process.on('beforeExit', (exitCode) => {
        if (current === undefined) return loopDrained();
        const { run } = current;
        // After the Actor's own listeners, which may have started something.
        process.nextTick(() => {
            if (process.getActiveResourcesInfo().length > 0) return;
            run.warnIfLoopDrained();
            // Calls the Actor's listeners, then ends the run.
            process.emit('exit', Number(process.exitCode ?? exitCode));
        });
    });
}

/** True if the code that is executing belongs to a run that has ended. */
function isEnded(): boolean {
    const run = findRun();
    const hasEnded = run !== undefined && run !== current?.run;
    if (hasEnded) markLeftover();
    return hasEnded;
}

/** Does the work that a thread or process needs once, however many runs it executes. */
function prepareOnce(assignment: Assignment, isolation: 'thread' | 'process'): void {
    lowerPriority();
    const sink = { post: (message: ActorMessage) => current?.run.post(message) };
    setContextSource(() => findRun()?.context);
    terminate = onFinalExit((exitCode) => current?.end(exitCode));
    const isLoading = (): boolean => current?.run.isLoading === true;
    reportCrashes(sink, assignment.program, { isLoading, ignores: isEnded, terminate });
    protectHost(terminate, isolation);
    adoptNestedThreads(sink, assignment, isolation);
    installGuards(sink, assignment, () => {
        const run = findRun() ?? current?.run;
        if (run !== undefined) return run;
        throw new Error('The run of this request has ended.');
    });
}

const HOST = '127.0.0.1';

/**
 * Opens the inspector of this thread or process and reports its address to the host. If `wait` is set, blocks until a
 * debugger attaches and resumes.
 *
 * @throws EngineError `cannot-listen` if the port is in use.
 */
async function startDebugging({ port, wait }: DebugSettings, sink: MessageSink): Promise<void> {
    const url = openInspector(port, HOST);
    if (url === undefined) {
        throw new EngineError(
            'cannot-listen',
            `The inspector of the run cannot listen on port ${port}: the port is in use, or this Node has no ` +
                'inspector. Omit `debug.port` to use any free port.',
            { details: { host: HOST, port } },
        );
    }
    sink.post({ type: 'inspector-opened', url });
    if (!wait) return;
    waitForAttachedDebugger();
    // If the host has ended the run in the meantime, its message arrives only now.
    await setImmediate();
}

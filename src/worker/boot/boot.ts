import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../../errors/engine-error.js';
import { AssignedRun } from './assigned-run.js';
import { connectOwnSdk } from '../apify-bridge/bridge.js';
import { startProbeThread } from '../coverage/run-coverage.js';
import { onFinalExit, reportCrashes } from './exit.js';
import { apiHosts, protectHost, installGuards } from './install-guards.js';
import { adoptNestedThreads } from './nested-threads.js';
import { countEvaluations, importSetupFiles, reloadEntry, loadEntry } from './program.js';
import { registerSdkHooks } from './sdk-hooks.js';
import { closeInspector, openInspector, waitForAttachedDebugger } from '../guards/inspector.js';
import { overrideCwd } from './working-directory.js';
import { checkProtocol, snapshotListeners, detachFromPool, lowerPriority } from './apply-run-process-state.js';
import { OutputBackpressure } from '../../protocol/flow-control.js';
import type { DebugSettings } from '../../model/execution.js';
import type { MessageSink } from '../channel/host-connection.js';
import type { ActorMessage, Assignment, Port, ThreadAssignment } from '../../protocol/messages.js';

/** Each evaluation of a script takes memory; after this many, a fresh thread replaces this one. */
const MAX_EVALUATIONS = 200;
/** Resources that keep a thread alive and do not belong to the Actor. */
const OWN_RESOURCES: ReadonlySet<string> = new Set(['MessagePort', 'Immediate']);

interface CurrentRun {
    run: AssignedRun;
    end(exitCode: number): void;
}

let current: CurrentRun | undefined;
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
 * Nothing may leak from one run into the next. Listeners of the process are removed. A thread with open timers,
 * connections or servers is terminated, as it is after `process.exit()` or an error.
 */
export async function bootReused({ port, outputCounter, ...assignment }: ThreadAssignment): Promise<void> {
    const { program } = assignment;
    const reattach = detachFromPool();
    if (terminate === undefined) {
        prepareOnce(assignment, 'thread');
        process.on('beforeExit', (exitCode) => {
            current?.run.warnIfLoopDrained();
            // Calls the Actor's listeners, then ends the run.
            process.emit('exit', Number(process.exitCode ?? exitCode));
        });
    }
    const removeListeners = snapshotListeners();
    await new Promise<void>((resolve) => {
        const run = new AssignedRun(assignment, port, new OutputBackpressure(outputCounter), {
            exit(exitCode) {
                process.exitCode = exitCode;
                // As with `process.exit()`: listeners first, then the end.
                process.emit('exit', exitCode);
                return new Promise<never>(() => {});
            },
            terminate: (exitCode) => terminate?.(exitCode),
        });
        overrideCwd(program);
        current = {
            run,
            end(exitCode) {
                run.end(exitCode, () => {
                    closeInspector();
                    reattach();
                });
                resolve();
            },
        };
        const start = async (): Promise<void> => {
            checkProtocol(assignment.protocol);
            await run.start(() => reloadEntry(program, () => run.isInitialized));
        };
        // Deliberately not caught, as above.
        void start();
    });
    current = undefined;
    removeListeners();
    process.exitCode = undefined;
    // Handles that are closing may have closed by the next turn of the event loop.
    if (hasOpenResources()) await setImmediate();
    if (hasOpenResources() || countEvaluations(program) >= MAX_EVALUATIONS) terminate?.(0);
}

/** Does the work that a thread or process needs once, however many runs it executes. */
function prepareOnce(assignment: Assignment, isolation: 'thread' | 'process'): void {
    lowerPriority();
    const sink = { post: (message: ActorMessage) => current?.run.post(message) };
    terminate = onFinalExit((exitCode) => current?.end(exitCode));
    reportCrashes(sink, assignment.program, () => current?.run.isLoading === true, terminate);
    protectHost(terminate, isolation);
    adoptNestedThreads(sink, assignment, isolation);
    installGuards(sink, assignment, () => {
        if (current !== undefined) return current.run;
        throw new Error('The run of this request has ended.');
    });
}

function hasOpenResources(): boolean {
    return process.getActiveResourcesInfo().some((resource) => !OWN_RESOURCES.has(resource));
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

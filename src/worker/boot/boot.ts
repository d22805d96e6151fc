import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../../errors/engine-error.js';
import { AssignedRun } from './assigned-run.js';
import { connectOwnSdk } from '../apify-bridge/bridge.js';
import { startProbeThread } from '../coverage/run-coverage.js';
import { onFinalExit, reportCrashes } from './exit.js';
import { apiHosts, protectHost, installGuards } from './install-guards.js';
import { countEvaluations, importSetupFiles, reloadEntry, loadEntry } from './program.js';
import { registerSdkHooks } from './sdk-hooks.js';
import {
    checkProtocol,
    snapshotListeners,
    overrideCwd,
    detachFromPool,
    lowerPriority,
} from './apply-run-process-state.js';
import { OutputBackpressure } from '../../protocol/flow-control.js';
import type Inspector from 'node:inspector';
import type { DebugSettings } from '../../model/execution.js';
import type { MessageSink } from '../channel/host-connection.js';
import type { ActorMessage, Assignment, Port, ThreadAssignment } from '../../protocol/messages.js';

/** A script takes memory each time that it is evaluated; after this many times a fresh thread replaces this one. */
const MAX_EVALUATIONS = 200;
/** Resources that keep a thread alive and do not belong to the Actor. */
const OWN_RESOURCES: ReadonlySet<string> = new Set(['MessagePort', 'Immediate']);

interface CurrentRun {
    run: AssignedRun;
    end(exitCode: number): void;
}

let current: CurrentRun | undefined;
/** Ends the thread or process without another step of the Actor's code; set once it has been prepared. */
let terminate: ((exitCode: number) => void) | undefined;

/**
 * Makes this thread or process that of one run and starts the Actor; the port of the run reports how it ends.
 *
 * @param place - A thread shares with its host what a process has for itself: directory, process id, signals.
 */
export function boot(
    assignment: Assignment,
    port: Port,
    isolation: 'thread' | 'process',
    backpressure?: OutputBackpressure,
): void {
    const { program, network, setupFiles, retries, debug, coverage } = assignment;
    if (isolation === 'thread') detachFromPool();
    const run = new AssignedRun(assignment, port, backpressure, {
        exit: (exitCode) => process.exit(exitCode),
        terminate: (exitCode) => terminate?.(exitCode),
    });
    current = { run, end: (exitCode) => run.end(exitCode, () => debug && closeInspector()) };
    if (isolation === 'thread') overrideCwd(program);
    else process.chdir(program.directory);
    process.once('beforeExit', () => run.warnIfLoopDrained());
    prepareOnce(assignment, isolation);
    if (program.needsSdkHooks) registerSdkHooks();
    const start = async (): Promise<void> => {
        checkProtocol(assignment.protocol);
        if (debug) await openInspector(debug, run.connection);
        if (coverage && isolation === 'process') await startProbeThread();
        run.bridge =
            program.ownSdk && connectOwnSdk(program.ownSdk, { ...run.context, hosts: apiHosts(network), retries });
        await run.start(async () => {
            await importSetupFiles(setupFiles, program.loader);
            return loadEntry(program);
        });
    };
    // Not caught, here or anywhere: as in a program of its own, an error of the entry is an uncaught one.
    void start();
}

/**
 * Makes this thread that of one run; settles when it is free for the next one of the same Actor. The run ends as in a thread of
 * its own: at `Actor.exit()`, at `process.exit()`, by an error, or when there is nothing left to do.
 *
 * Nothing that the run leaves behind may reach the next one. Listeners of the process are removed; a thread in which timers,
 * connections or servers are left is ended, as it is after `process.exit()` or an error.
 */
export async function bootReused({ port, outputCounter, ...assignment }: ThreadAssignment): Promise<void> {
    const { program } = assignment;
    const reattach = detachFromPool();
    if (terminate === undefined) {
        prepareOnce(assignment, 'thread');
        process.on('beforeExit', (exitCode) => {
            current?.run.warnIfLoopDrained();
            current?.end(Number(process.exitCode ?? exitCode));
        });
    }
    const removeListeners = snapshotListeners();
    await new Promise<void>((resolve) => {
        const run = new AssignedRun(assignment, port, new OutputBackpressure(outputCounter), {
            exit(exitCode) {
                process.exitCode = exitCode;
                // As by `process.exit()`: the listeners come first, then the end.
                process.emit('exit', exitCode);
                return new Promise<never>(() => {});
            },
            terminate: (exitCode) => terminate?.(exitCode),
        });
        overrideCwd(program);
        current = {
            run,
            end(exitCode) {
                run.end(exitCode, reattach);
                resolve();
            },
        };
        const start = async (): Promise<void> => {
            checkProtocol(assignment.protocol);
            await run.start(() => reloadEntry(program, () => run.isInitialized));
        };
        // Not caught either.
        void start();
    });
    current = undefined;
    removeListeners();
    process.exitCode = undefined;
    // Handles that are being closed may be gone after this.
    if (hasOpenResources()) await setImmediate();
    if (hasOpenResources() || countEvaluations(program) >= MAX_EVALUATIONS) terminate?.(0);
}

/** Does what is done once in the life of a thread or process, for each run that has it. */
function prepareOnce(assignment: Assignment, isolation: 'thread' | 'process'): void {
    lowerPriority();
    const sink = { post: (message: ActorMessage) => current?.run.post(message) };
    reportCrashes(sink, assignment.program, () => current?.run.isLoading === true);
    terminate = onFinalExit((exitCode) => current?.end(exitCode));
    if (isolation === 'thread') protectHost(terminate);
    installGuards(sink, assignment, () => {
        if (current !== undefined) return current.run;
        throw new Error('The run that this request belongs to has ended.');
    });
}

function hasOpenResources(): boolean {
    return process.getActiveResourcesInfo().some((resource) => !OWN_RESOURCES.has(resource));
}

const HOST = '127.0.0.1';

/**
 * Opens the inspector of this thread or process, tells the host of it and, if that is wanted, blocks until a debugger has
 * attached and lets it go on.
 *
 * @throws EngineError `cannot-listen` when the port is taken.
 */
async function openInspector({ port, wait }: DebugSettings, sink: MessageSink): Promise<void> {
    const inspector = nodeInspector();
    inspector?.open(port, HOST);
    const url = inspector?.url();
    if (inspector === undefined || url === undefined) {
        throw new EngineError(
            'cannot-listen',
            `The inspector of the run cannot listen on port ${port}: another program or run has it, or this Node has ` +
                'no inspector. Leave `debug.port` out for any that is free.',
            { details: { host: HOST, port } },
        );
    }
    sink.post({ type: 'inspector-opened', url });
    if (!wait) return;
    inspector.waitForDebugger();
    // The host may have ended the run meanwhile, which is heard only now.
    await setImmediate();
}

/** Closes it, so that neither its port nor an attached debugger keeps what has ended. */
function closeInspector(): void {
    nodeInspector()?.close();
}

function nodeInspector(): typeof Inspector | undefined {
    return process.getBuiltinModule('node:inspector');
}

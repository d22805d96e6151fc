import { threadId } from 'node:worker_threads';
import { joinOwnSdk, type Bridge } from './bridge/bridge.js';
import { setChildVariables } from './child-variables.js';
import { keepProcess } from './coverage/process-keeper.js';
import { RunCoverage } from './coverage/run-coverage.js';
import { closeInspector, openInspector } from './debugger.js';
import { atTheVeryEnd, explainDryLoop, KILLED_EXIT_CODE, reportCrashes } from './ending.js';
import { guardHost } from './host-guards.js';
import { apiRoute, guardSurroundings } from './guard-surroundings.js';
import { OWN_KERNEL_ID } from './kernel-id.js';
import { Link } from './link.js';
import { createLinkedContext } from './linked-context.js';
import { onLook } from './look.js';
import { captureOutput } from './output.js';
import type { OutputGate } from './output-gate.js';
import { hasLoaded, loadEntry, startProgram, type Namespace, type Progress } from './program.js';
import { registerSdkHooks } from './sdk-hooks.js';
import { announce } from './sdk/run-context.js';
import { importSetupFiles } from './setup-files.js';
import { standBack } from './stand-back.js';
import { checkProtocol, pretendDirectory, releaseThread, takeOver } from './take-over.js';
import { Usage } from './usage.js';
import type { Assignment, SystemEvent } from '../protocol/messages.js';
import type { WebCall } from '../protocol/network.js';
import type { Port } from '../protocol/port.js';

/**
 * Makes this thread or process that of one run and starts the Actor; whatever becomes of it is told by the run's port.
 *
 * @param place - A thread shares with its host what a process has for itself: directory, process id, signals.
 */
export function boot(assignment: Assignment, port: Port, place: 'thread' | 'process', gate: OutputGate): void {
    const { protocol, program, env, childEnv, network, limitBytes, input, setupFiles, retries, debug, coverage } =
        assignment;
    if (place === 'thread') releaseThread();
    standBack();
    const link = new Link(port, input);
    link.post({ type: 'started', threadId, kernelId: OWN_KERNEL_ID });
    const covered = coverage && new RunCoverage(coverage, program, link);
    let bridge: Bridge | undefined;
    const tell = (event: SystemEvent): void => {
        announce(context, event);
        bridge?.announce(event);
    };
    const usage = new Usage(link, { limitBytes, tell, end: (exitCode) => endAtOnce(exitCode) });
    const flushOutput = captureOutput(link, gate);
    takeOver(program, env);
    setChildVariables(childEnv);
    if (place === 'thread') pretendDirectory(program);
    else process.chdir(program.directory);
    const context = createLinkedContext(link, assignment, (exitCode) => process.exit(exitCode));
    link.onSystemEvent(tell);
    const progress: Progress = { state: 'loading' };
    // What throws after the Actor has begun to work is no failure to load it, even if its entry is still at work.
    reportCrashes(link, program, () => !hasLoaded(progress) && !link.wasUsed);
    process.once('beforeExit', () => explainDryLoop(context.session, progress));
    let isOver = false;
    const endAtOnce = atTheVeryEnd((exitCode) => {
        if (isOver) return;
        isOver = true;
        onLook(undefined);
        covered?.finish();
        flushOutput();
        usage.report();
        if (debug) closeInspector();
        link.sayEnded(exitCode);
    });
    link.onEnd(() => endAtOnce(KILLED_EXIT_CODE));
    const listener = { look: () => usage.look(), end: () => link.end() };
    onLook(covered?.around(listener) ?? listener);
    if (place === 'thread') guardHost(endAtOnce);
    const api = apiRoute((request) => link.request(request), network.policy);
    const ask: WebCall = (request, exchange) => link.fetch(request, exchange);
    const importsMore = setupFiles !== undefined && setupFiles.length > 0;
    guardSurroundings(covered?.before(link) ?? link, program, { network, api, ask, importsMore });
    if (program.needsSdkHooks) registerSdkHooks();
    const start = async (): Promise<void> => {
        checkProtocol(protocol);
        if (debug) await openInspector(debug, link);
        if (covered && place === 'process') await keepProcess();
        bridge = program.ownSdk && joinOwnSdk(program.ownSdk, { ...context, api, retries });
        const isInitialized = (): boolean => context.session.isInitialized || bridge?.isInitialized() === true;
        const load = (): Promise<Namespace> =>
            importSetupFiles(setupFiles, program.loader).then(() => loadEntry(program));
        await startProgram(load, context, progress, isInitialized);
    };
    // Not caught, here or anywhere: as in a program of its own, an error of the entry is an uncaught one.
    void start();
}

import { AssignedRun } from './assigned-run.js';
import { joinOwnSdk } from './bridge/bridge.js';
import { keepProcess } from './coverage/process-keeper.js';
import { closeInspector, openInspector } from './debugger.js';
import { atTheVeryEnd, reportCrashes } from './ending.js';
import { apiHosts, guardHost, guardSurroundings } from './guard-surroundings.js';
import { importSetupFiles, loadEntry } from './program.js';
import { registerSdkHooks } from './sdk-hooks.js';
import { pretendDirectory, releaseThread } from './take-over.js';
import type { Assignment, Port } from '../protocol/messages.js';
import type { OutputGate } from '../protocol/flow.js';

/**
 * Makes this thread or process that of one run and starts the Actor; the port of the run reports whatever becomes of it.
 *
 * @param place - A thread shares with its host what a process has for itself: directory, process id, signals.
 */
export function boot(assignment: Assignment, port: Port, place: 'thread' | 'process', gate?: OutputGate): void {
    const { program, network, setupFiles, retries, debug, coverage } = assignment;
    if (place === 'thread') releaseThread();
    const run = new AssignedRun(assignment, port, gate, {
        exit: (exitCode) => process.exit(exitCode),
        endAtOnce: (exitCode) => endAtOnce(exitCode),
    });
    if (place === 'thread') pretendDirectory(program);
    else process.chdir(program.directory);
    reportCrashes(run.link, program, () => run.isLoading);
    process.once('beforeExit', () => run.explainDryLoop());
    const endAtOnce = atTheVeryEnd((exitCode) => run.end(exitCode, () => debug && closeInspector()));
    if (place === 'thread') guardHost(endAtOnce);
    guardSurroundings(run.reporter, assignment, () => run);
    if (program.needsSdkHooks) registerSdkHooks();
    const start = async (): Promise<void> => {
        run.checkProtocol();
        if (debug) await openInspector(debug, run.link);
        if (coverage && place === 'process') await keepProcess();
        run.bridge =
            program.ownSdk && joinOwnSdk(program.ownSdk, { ...run.context, hosts: apiHosts(network), retries });
        await run.start(async () => {
            await importSetupFiles(setupFiles, program.loader);
            return loadEntry(program);
        });
    };
    // Not caught, here or anywhere: as in a program of its own, an error of the entry is an uncaught one.
    void start();
}

import { setImmediate } from 'node:timers/promises';
import { AssignedRun } from './assigned-run.js';
import { atTheVeryEnd, reportCrashes } from './ending.js';
import { guardHost, guardSurroundings } from './guard-surroundings.js';
import { OutputGate } from '../protocol/flow.js';
import { evaluationsOf, loadAgain } from './program.js';
import { noteListeners, pretendDirectory, releaseThread } from './take-over.js';
import type { ActorMessage, Program, ThreadAssignment } from '../protocol/messages.js';
import type { RunNetwork } from '../protocol/network.js';

/** A script takes memory each time that it is evaluated; after this many times a fresh thread replaces this one. */
const MAX_EVALUATIONS = 200;
/** What keeps a thread alive without being the Actor's. */
const OWN_RESOURCES: ReadonlySet<string> = new Set(['MessagePort', 'Immediate']);

interface CurrentRun {
    run: AssignedRun;
    end(exitCode: number): void;
}

let current: CurrentRun | undefined;
/** Ends the thread; set once it has been prepared. */
let endThread: ((exitCode: number) => void) | undefined;

/**
 * Makes this thread that of one run; settles when it is free for the next one of the same Actor. The run ends as in a thread of
 * its own: at `Actor.exit()`, at `process.exit()`, by an error, or when there is nothing left to do.
 *
 * What the run leaves behind must not reach the next one. Listeners of the process are removed; a thread in which timers,
 * connections or servers are left is ended, as it is after `process.exit()` or an error.
 */
export async function runInTurn({ port, outputUnderWay, ...assignment }: ThreadAssignment): Promise<void> {
    const { program, network } = assignment;
    const giveBack = releaseThread();
    endThread ??= prepareThread(program, network);
    const removeListeners = noteListeners();
    await new Promise<void>((resolve) => {
        const run = new AssignedRun(assignment, port, new OutputGate(outputUnderWay), {
            exit(exitCode) {
                process.exitCode = exitCode;
                // As by `process.exit()`: the listeners come first, then the end.
                process.emit('exit', exitCode);
                return new Promise<never>(() => {});
            },
            endAtOnce: (exitCode) => endThread?.(exitCode),
        });
        pretendDirectory(program);
        current = {
            run,
            end(exitCode) {
                run.end(exitCode, giveBack);
                resolve();
            },
        };
        const start = async (): Promise<void> => {
            run.checkProtocol();
            await run.start(() => loadAgain(program, () => run.isInitialized));
        };
        // Not caught, here or anywhere: as in a program of its own, an error of the entry is an uncaught one.
        void start();
    });
    current = undefined;
    removeListeners();
    process.exitCode = undefined;
    // What is being closed may be gone after this.
    if (hasLeftovers()) await setImmediate();
    if (hasLeftovers() || evaluationsOf(program) >= MAX_EVALUATIONS) endThread(0);
}

/**
 * Does what is done once in the life of a thread, for whatever run has it.
 *
 * @returns Ends the thread.
 */
function prepareThread(program: Program, network: RunNetwork): (exitCode: number) => void {
    const reporter = { post: (message: ActorMessage) => current?.run.reporter.post(message) };
    reportCrashes(reporter, program, () => current?.run.isLoading === true);
    process.on('beforeExit', (exitCode) => {
        current?.run.explainDryLoop();
        current?.end(Number(process.exitCode ?? exitCode));
    });
    const endAtOnce = atTheVeryEnd((exitCode) => current?.end(exitCode));
    guardHost(endAtOnce);
    guardSurroundings(reporter, { program, network }, currentRun);
    return endAtOnce;
}

function currentRun(): AssignedRun {
    if (current !== undefined) return current.run;
    throw new Error('The run that this request belongs to has ended.');
}

function hasLeftovers(): boolean {
    return process.getActiveResourcesInfo().some((resource) => !OWN_RESOURCES.has(resource));
}

import { setImmediate } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { RunCoverage } from './coverage/run-coverage.js';
import { setChildVariables } from './child-variables.js';
import { atTheVeryEnd, explainDryLoop, KILLED_EXIT_CODE, reportCrashes } from './ending.js';
import { apiRoute, guardSurroundings } from './guard-surroundings.js';
import { guardHost } from './host-guards.js';
import { OWN_KERNEL_ID } from './kernel-id.js';
import { Link } from './link.js';
import { onLook } from './look.js';
import { createLinkedContext } from './linked-context.js';
import { captureOutput } from './output.js';
import { sharedGate } from './output-gate.js';
import { noteListeners } from './process-listeners.js';
import { hasLoaded, startProgram, type Progress } from './program.js';
import { evaluationsOf, loadAgain } from './repeated-entry.js';
import { announce } from './sdk/run-context.js';
import { standBack } from './stand-back.js';
import { checkProtocol, pretendDirectory, releaseThread, takeOver } from './take-over.js';
import { Usage } from './usage.js';
import type { Program, SystemEvent, ThreadAssignment } from '../protocol/messages.js';
import type { RunNetwork, WebCall } from '../protocol/network.js';

/** A script takes memory each time that it is evaluated; after so many times the thread gives way to a fresh one. */
const MAX_EVALUATIONS = 200;
/** What keeps a thread alive without being the Actor's. */
const OWN_RESOURCES: ReadonlySet<string> = new Set(['MessagePort', 'Immediate']);

/** The run that has the thread. */
interface Seat {
    link: Link;
    covered?: RunCoverage;
    progress: Progress;
    explainDryLoop(): void;
    /** To be called with its end; only the first one counts. */
    end(exitCode: number): void;
}

let seat: Seat | undefined;
/** Ends the thread; there once it has been prepared. */
let endThread: ((exitCode: number) => void) | undefined;

/**
 * Lets this thread be that of one run, and then free for the next one of the same Actor. Ends as a thread of its own would
 * end a run: at `Actor.exit()`, at `process.exit()`, by an error, or when there is nothing left to do.
 *
 * What the run leaves behind must not reach the next one. Listeners of the process are removed; a thread in which timers,
 * connections or servers are left is ended, as it is after `process.exit()` or an error.
 */
export async function runInTurn({ port, outputUnderWay, ...assignment }: ThreadAssignment): Promise<void> {
    const { protocol, program, env, childEnv, network, limitBytes, input, coverage } = assignment;
    const giveBack = releaseThread();
    standBack();
    const link = new Link(port, input);
    link.post({ type: 'started', threadId, kernelId: OWN_KERNEL_ID });
    const covered = coverage && new RunCoverage(coverage, program, link);
    takeOver(program, env);
    setChildVariables(childEnv);
    pretendDirectory(program);
    endThread ??= prepareThread(program, network);
    const removeListeners = noteListeners();
    const tell = (event: SystemEvent): void => announce(context, event);
    const usage = new Usage(link, { limitBytes, tell, end: (exitCode) => endThread?.(exitCode) });
    const flushOutput = captureOutput(link, sharedGate(outputUnderWay));
    const progress: Progress = { state: 'loading' };
    const context = createLinkedContext(link, assignment, (exitCode) => {
        process.exitCode = exitCode;
        // As by `process.exit()`: the listeners come first, then the end.
        process.emit('exit', exitCode);
        return new Promise<never>(() => {});
    });
    link.onSystemEvent(tell);
    await new Promise<void>((resolve) => {
        let isOver = false;
        seat = {
            link,
            ...(covered && { covered }),
            progress,
            explainDryLoop: () => explainDryLoop(context.session, progress),
            end(exitCode) {
                if (isOver) return;
                isOver = true;
                onLook(undefined);
                covered?.finish();
                giveBack();
                flushOutput();
                usage.stop();
                usage.report();
                link.sayEnded(exitCode);
                resolve();
            },
        };
        link.onEnd(() => endThread?.(KILLED_EXIT_CODE));
        const listener = { look: () => usage.look(), end: () => link.end() };
        onLook(covered?.around(listener) ?? listener);
        const isInitialized = (): boolean => context.session.isInitialized;
        const start = async (): Promise<void> => {
            checkProtocol(protocol);
            await startProgram(() => loadAgain(program, isInitialized), context, progress, isInitialized);
        };
        // Not caught, here or anywhere: as in a program of its own, an error of the entry is an uncaught one.
        void start();
    });
    seat = undefined;
    removeListeners();
    process.exitCode = undefined;
    // What is being closed may go by itself.
    if (hasLeftovers()) await setImmediate();
    if (hasLeftovers() || evaluationsOf(program) >= MAX_EVALUATIONS) endThread(0);
}

/**
 * Does what is done once in the life of a thread, for whatever run has it.
 *
 * @returns Ends the thread.
 */
function prepareThread(program: Program, network: RunNetwork): (exitCode: number) => void {
    const reporter = {
        post: (message: Parameters<Link['post']>[0]) => (seat?.covered?.before(seat.link) ?? seat?.link)?.post(message),
    };
    reportCrashes(reporter, program, () => seat !== undefined && !hasLoaded(seat.progress) && !seat.link.wasUsed);
    process.on('beforeExit', (exitCode) => {
        seat?.explainDryLoop();
        seat?.end(Number(process.exitCode ?? exitCode));
    });
    const endAtOnce = atTheVeryEnd((exitCode) => seat?.end(exitCode));
    guardHost(endAtOnce);
    const api = apiRoute((request) => currentSeat().link.request(request), network.policy);
    const ask: WebCall = async (request, exchange) => currentSeat().link.fetch(request, exchange);
    guardSurroundings(reporter, program, { network, api, ask, importsMore: false });
    return endAtOnce;
}

function currentSeat(): Seat {
    if (seat !== undefined) return seat;
    throw new Error('The run that this request belongs to has ended.');
}

function hasLeftovers(): boolean {
    return process.getActiveResourcesInfo().some((resource) => !OWN_RESOURCES.has(resource));
}

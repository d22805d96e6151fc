import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../errors/engine-error.js';
import { serializeError } from '../../errors/serialize.js';
import { within } from '../../util/clock.js';
import { createExecution, prepare } from '../execution.js';
import { Channel, type ExitReport } from '../channel.js';
import { ProcessUsage } from './process-usage.js';
import {
    heapLimitMbytes,
    acquireProcess,
    prewarmProcess,
    type ActorProcess,
    type ProcessExit,
    type ProcessSettings,
} from './actor-process.js';
import { toExitReason } from '../thread/thread-execution.js';
import type { Assignment } from '../../protocol/messages.js';
import type { Execution, ExitReason, ExecutionHost, ExecutionRequest } from '../../protocol/execution.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun } from '../executor.js';

/** How long a process may take to end once its Actor has. */
const EXIT_MILLIS = 1_000;
/** How long a process that is to end may take to write what it has covered, but for a share of its time. */
const MOST_WRITE_MILLIS = 4_000;
const WRITE_SHARE = 0.5;
/** Programs killed by a signal end with this plus the signal's number. */
const SIGNAL_EXIT_CODE = 128;

/**
 * Runs each Actor in a process of its own: it may change its directory, load any native code, and crash.
 *
 * @throws EngineError `isolation-impossible` where no such process can be started.
 */
export function createProcessExecutor(options: ProgramExecutorOptions & { processUrl: string }): ProgramExecutor {
    assertPossible(options.processUrl);
    const settingsOf = ({ program, preload, compileCache }: ProgramToRun, memoryMbytes: number): ProcessSettings => ({
        processUrl: options.processUrl,
        memoryMbytes,
        isCovered: options.coverageDir !== undefined,
        tasks: { preload, compileCache, ownSdk: program.ownSdk, hooks: program.needsSdkHooks },
    });
    return {
        execute(request) {
            const taken = acquireProcess(settingsOf(request.runnable, request.memoryMbytes), options.prewarm > 0);
            return executeInProcess(taken, request, options);
        },
        prewarm({ runnable, memoryMbytes }) {
            if (options.prewarm > 0) prewarmProcess(settingsOf(runnable, memoryMbytes));
        },
    };
}

function assertPossible(processUrl: string): void {
    // There the process never starts its Actor, and is not ended by what ends others.
    if ('bun' in process.versions) {
        throw new EngineError(
            'isolation-impossible',
            'On Bun, no Actor runs in a process of its own. Use another isolation, or Node.',
        );
    }
    if (existsSync(fileURLToPath(processUrl))) return;
    throw new EngineError(
        'isolation-impossible',
        `The file that processes of Actors start with is not at \`${processUrl}\`. In an app that is bundled, make ` +
            '`greenroom/process` an entry beside `greenroom/worker`, or use another isolation.',
    );
}

function executeInProcess(
    actorProcess: ActorProcess,
    request: ExecutionRequest<ProgramToRun>,
    options: ProgramExecutorOptions,
): Execution {
    const { runId, host, memoryMbytes, terminateTimeoutSecs } = request;
    const limitBytes = memoryMbytes * 2 ** 20;
    let usage: ProcessUsage | undefined;
    let isOutOfMemory = false;
    const isCovered = options.coverageDir !== undefined;
    const letWrite = (): Promise<void> => letProcessWrite(actorProcess, channel, terminateTimeoutSecs);
    const watch = (): void => {
        usage = new ProcessUsage(actorProcess.pid!, {
            limitBytes,
            report: (used) => host.usage(used),
            exceed() {
                isOutOfMemory = true;
                if (isCovered) void letWrite().then(() => actorProcess.kill());
                else actorProcess.kill();
            },
        });
    };
    // Its memory is its own, and no thread's; and what it uses is best seen from outside.
    const channelHost: ExecutionHost = {
        ...host,
        grantDirectWrites: () => undefined,
        usage: (told) => usage?.tell(told),
    };
    const channel = new Channel(actorProcess.port, { runId, host: channelHost }, watch);
    const { assignment, removeTempFolder } = prepare(request, options);
    actorProcess.onOutput = (stream, text) => channel.takeOutput(stream, text);
    actorProcess.port.postMessage({
        ...assignment,
        ...(!ProcessUsage.isSeen && { limitBytes }),
    } satisfies Assignment);
    return createExecution({
        channel,
        terminateTimeoutSecs,
        ...(isCovered && { letEnd: letWrite }),
        end: () => actorProcess.kill(),
        async observe(wasKilled) {
            const lastWords = await channel.closed;
            // What it has started goes with it, as with a container; so does what keeps it from ending.
            await channel.children.kill();
            const exit = (await within(EXIT_MILLIS, actorProcess.exited)) ?? (await endByForce(actorProcess));
            usage?.stop();
            await channel.takenIn();
            if (wasKilled() && lastWords.exitCode === undefined) return { type: 'killed' };
            const heapBytes = lastWords.exitCode === undefined ? outgrownHeap(exit, memoryMbytes) : 0;
            if (!isOutOfMemory && !lastWords.isOutOfMemory && heapBytes === 0) return describe(exit, lastWords);
            const peakBytes = Math.max(usage?.conclude(heapBytes) ?? 0, lastWords.peakBytes, heapBytes);
            return { type: 'out-of-memory', peakBytes };
        },
        cleanUp() {
            usage?.stop();
            actorProcess.kill();
            channel.close();
            removeTempFolder();
        },
    });
}

/** Lets a process write what it has covered; settles when it has ended, or when it has been waited for in vain. */
async function letProcessWrite(actorProcess: ActorProcess, { closed }: Channel, timeoutSecs: number): Promise<void> {
    actorProcess.askToEnd();
    await within(Math.min(MOST_WRITE_MILLIS, timeoutSecs * 1000 * WRITE_SHARE), closed);
}

async function endByForce(actorProcess: ActorProcess): Promise<ProcessExit> {
    actorProcess.kill();
    return (await within(EXIT_MILLIS, actorProcess.exited)) ?? { lastStderr: '' };
}

/** Bytes of the heap that was too small, if that is what ended the process; it may have grown between two looks. */
function outgrownHeap({ signal, lastStderr }: ProcessExit, memoryMbytes: number): number {
    const isOutgrown = signal === 'SIGABRT' && /out of memory/i.test(lastStderr);
    return isOutgrown ? heapLimitMbytes(memoryMbytes) * 2 ** 20 : 0;
}

function describe({ code, signal, error }: ProcessExit, lastWords: ExitReport): ExitReason {
    if (error !== undefined) return { type: 'lost', error: serializeError(error) };
    if (lastWords.exitCode !== undefined) return toExitReason(lastWords.exitCode, lastWords);
    if (signal !== undefined) return toExitReason(SIGNAL_EXIT_CODE + constants.signals[signal], lastWords);
    return code === undefined ? { type: 'lost' } : toExitReason(code, lastWords);
}

import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../errors/engine-error.js';
import { serializeError } from '../../errors/serialize.js';
import { within } from '../../util/clock.js';
import { createExecution, prepareAssignment } from '../execution.js';
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
import type { PrewarmRequest, ProgramExecutor, ProgramExecutorOptions, ProgramToRun } from '../executor.js';

/** Milliseconds that a process may take to exit after its Actor. */
const MAX_EXIT_MILLIS = 1_000;
/** Milliseconds that a process may take to write its coverage, limited to a share of the terminate timeout. */
const MAX_WRITE_MILLIS = 4_000;
const WRITE_SHARE = 0.5;
/** The exit code of a program killed by a signal is this plus the signal's number. */
const SIGNAL_EXIT_CODE = 128;

/**
 * Creates an executor that runs each Actor in its own process: it may change its directory, load any native code, and crash.
 *
 * @throws EngineError `isolation-impossible` if such a process cannot be started.
 */
export function createProcessExecutor(options: ProgramExecutorOptions & { processUrl: string }): ProgramExecutor {
    assertSupported(options.processUrl);
    const settingsOf = ({
        runnable: { program, preload, compileCache },
        memoryMbytes,
        processOptions,
    }: PrewarmRequest<ProgramToRun>): ProcessSettings => ({
        processUrl: options.processUrl,
        memoryMbytes,
        nodeOptions: processOptions,
        recordsCoverage: options.coverageDir !== undefined,
        tasks: { preload, compileCache, ownSdk: program.ownSdk, hooks: program.needsSdkHooks },
    });
    return {
        execute(request) {
            const acquired = acquireProcess(settingsOf(request), options.prewarm > 0);
            return executeInProcess(acquired, request, options);
        },
        prewarm(request) {
            if (options.prewarm > 0) prewarmProcess(settingsOf(request));
        },
    };
}

function assertSupported(processUrl: string): void {
    // On Bun, the process never starts its Actor and ignores the usual ways to stop it.
    if ('bun' in process.versions) {
        throw new EngineError(
            'isolation-impossible',
            'The isolation `process` is not supported on Bun. Use another isolation, or Node.',
        );
    }
    if (existsSync(fileURLToPath(processUrl))) return;
    throw new EngineError(
        'isolation-impossible',
        `The entry file of Actor processes does not exist at \`${processUrl}\`. In a bundled app, add \`greenroom/process\` as an ` +
            'entry beside `greenroom/worker`, or use another isolation.',
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
    const recordsCoverage = options.coverageDir !== undefined;
    const writeCoverage = (): Promise<void> => waitForCoverage(actorProcess, channel, terminateTimeoutSecs);
    const startMeasuring = (): void => {
        usage = new ProcessUsage(actorProcess.pid!, {
            limitBytes,
            onUsage: (measured) => host.usage(measured),
            onExceeded() {
                isOutOfMemory = true;
                if (recordsCoverage) void writeCoverage().then(() => actorProcess.kill());
                else actorProcess.kill();
            },
        });
    };
    // No direct writes, because the process shares no memory with the host. Its usage is measured from outside.
    const channelHost: ExecutionHost = {
        ...host,
        grantDirectWrites: () => undefined,
        usage: (reported) => usage?.handleReport(reported),
    };
    const channel = new Channel(actorProcess.port, { runId, host: channelHost }, startMeasuring);
    const { assignment, removeTempFolder } = prepareAssignment(request, options);
    actorProcess.onOutput = (stream, text) => channel.handleOutput(stream, text);
    actorProcess.port.postMessage({
        ...assignment,
        ...(!ProcessUsage.isMeasurable && { limitBytes }),
    } satisfies Assignment);
    return createExecution({
        channel,
        terminateTimeoutSecs,
        ...(recordsCoverage && { stopGracefully: writeCoverage }),
        terminate: () => actorProcess.kill(),
        async waitForExit(wasKilled) {
            const report = await channel.closed;
            // Like a container, a run ends with its child processes. They could also keep the process from exiting.
            await channel.children.kill();
            const exit = (await within(MAX_EXIT_MILLIS, actorProcess.exited)) ?? (await killAndWait(actorProcess));
            usage?.stop();
            await channel.drained();
            if (wasKilled() && report.exitCode === undefined) return { type: 'killed' };
            const exceeded = findExceededLimit(exit, report);
            if (!isOutOfMemory && !report.isOutOfMemory && !exceeded) return toProcessExitReason(exit, report);
            const knownBytes = exceeded === 'heap' ? heapLimitMbytes(memoryMbytes) * 2 ** 20 : 0;
            const peakBytes = Math.max(usage?.finish(knownBytes) ?? 0, report.peakBytes, knownBytes);
            return { type: 'out-of-memory', peakBytes, ...(exceeded === 'object-size' && { exceeded }) };
        },
        cleanUp() {
            usage?.stop();
            actorProcess.kill();
            channel.close();
            removeTempFolder();
        },
    });
}

/** Asks a process to write its coverage and exit. Resolves when it has exited, or after the maximum time. */
async function waitForCoverage(actorProcess: ActorProcess, { closed }: Channel, timeoutSecs: number): Promise<void> {
    actorProcess.requestExit();
    await within(Math.min(MAX_WRITE_MILLIS, timeoutSecs * 1000 * WRITE_SHARE), closed);
}

async function killAndWait(actorProcess: ActorProcess): Promise<ProcessExit> {
    actorProcess.kill();
    return (await within(MAX_EXIT_MILLIS, actorProcess.exited)) ?? { stderrTail: '' };
}

/** Signals with which V8, Node and the C++ runtime end the process after a fatal error. */
const FATAL_SIGNALS: ReadonlySet<string | undefined> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL', undefined]);
/** Their messages if an allocation fails, and those about the size of a single object. */
const FATAL_ALLOCATION =
    /^(?:FATAL ERROR: .*out of memory|# Fatal (?:JavaScript|process) (?:out of memory|OOM)|.*std::bad_alloc)/m;
const FATAL_OBJECT_SIZE = /^(?:FATAL ERROR: invalid (?:array|table|string) |# Fatal JavaScript invalid size error)/m;

/** Returns the limit that the process exceeded between two polls, if V8 ended it for that. */
function findExceededLimit(
    { signal, stderrTail }: ProcessExit,
    { exitCode }: ExitReport,
): 'heap' | 'object-size' | undefined {
    if (exitCode !== undefined || !FATAL_SIGNALS.has(signal)) return undefined;
    if (FATAL_OBJECT_SIZE.test(stderrTail)) return 'object-size';
    return FATAL_ALLOCATION.test(stderrTail) ? 'heap' : undefined;
}

function toProcessExitReason({ code, signal, error }: ProcessExit, report: ExitReport): ExitReason {
    if (error !== undefined) return { type: 'lost', error: serializeError(error) };
    if (report.exitCode !== undefined) return toExitReason(report.exitCode, report);
    if (signal !== undefined) return toExitReason(SIGNAL_EXIT_CODE + constants.signals[signal], report);
    return code === undefined ? { type: 'lost' } : toExitReason(code, report);
}

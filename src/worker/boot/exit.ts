import { serializeError } from '../../errors/serialize.js';
import { locateCrash } from './crash-location.js';
import { log } from '../sdk/logging/log.js';
import type { Crash, Program } from '../../protocol/messages.js';
import type { MessageSink } from '../channel/host-connection.js';
import type { Progress } from './program.js';
import type { Session } from '../sdk/session.js';

/** Exit code of Node if a top-level `await` never settles. */
const UNSETTLED_EXIT_CODE = 13;

/** Exit code of a thread that its host terminates, as in Node. */
export const KILLED_EXIT_CODE = 1;

/** Exit code of Node after an uncaught error. */
const CRASH_EXIT_CODE = 1;

/** How uncaught errors are handled. */
interface CrashHandling {
    isLoading(): boolean;
    /** Returns true if the error is that of a run that has already ended. */
    ignores(): boolean;
    /** Ends the thread without the Actor's `exit` listeners. */
    terminate(exitCode: number): void;
}

/**
 * Reports uncaught errors to the host and ends the thread with exit code 1, as a process would.
 */
export function reportCrashes(
    sink: MessageSink,
    program: Program,
    { isLoading, ignores, terminate }: CrashHandling,
): void {
    const { exit } = process;
    process.on('uncaughtExceptionMonitor', (thrown) => {
        // The Actor's own listeners keep it alive.
        if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
        if (ignores()) {
            // A listener at this point makes Node continue.
            process.once('uncaughtException', () => {});
            return;
        }
        sink.post({ type: 'crashed', ...createCrash(thrown, program, isLoading()) });
        // If Node handled the error, it would also be thrown at the pool, which does more than end the run.
        exit(CRASH_EXIT_CODE);
    });
    const internals = process as unknown as ProcessInternals;
    const handle = internals._fatalException;
    // Node calls it for each uncaught error. If it throws in a thread, Node prints the error to the host's stderr, and may
    // abort the host. A plain property: an accessor that is terminated would abort the host, too.
    internals._fatalException = (thrown, isRejection) => {
        try {
            return handle(thrown, isRejection);
        } catch (failure) {
            // The Actor has replaced something that the listeners need.
            endWithoutReport(sink, thrown ?? failure, terminate);
            return true;
        }
    };
}

function endWithoutReport(sink: MessageSink, thrown: unknown, terminate: (exitCode: number) => void): void {
    try {
        const { name = 'Error', message = String(thrown) } = thrown as Partial<Error>;
        const error = { name, message };
        sink.post({ type: 'crashed', phase: 'running', error });
    } catch {
        // Even this can be replaced: the exit code remains.
    }
    terminate(CRASH_EXIT_CODE);
}

/** True if the code itself is at fault: it cannot be found, parsed or linked. */
function isLoadError(thrown: unknown): boolean {
    if (!(thrown instanceof Error)) return false;
    const { code } = thrown as NodeJS.ErrnoException;
    const isOfLoader = /^(?:ERR_.*(?:MODULE|IMPORT|EXPORT|REQUIRE|EXTENSION|TYPESCRIPT)|MODULE_NOT_FOUND)/.test(
        code ?? '',
    );
    return isOfLoader || thrown instanceof SyntaxError || thrown.name === 'TransformError';
}

/** True if Node itself, without hooks of the Actor, strips the types of the file at a location. */
function isStripped(location: string, { loader, startCommand }: Program): boolean {
    const hasOptions = startCommand !== undefined && startCommand.nodeOptions.length > 0;
    return loader.type === 'native' && !hasOptions && /\.[cm]?tsx?(?::|$)/.test(location);
}

/** Describes an error that ends the run, for the host. */
export function createCrash(thrown: unknown, program: Program, isLoading: boolean): Crash {
    const location = locateCrash(thrown, program);
    return {
        phase: isLoading && isLoadError(thrown) ? 'loading' : 'running',
        error: serializeError(thrown),
        ...(location !== undefined && { location }),
        ...(location !== undefined && isStripped(location, program) && { isStripped: true }),
    };
}

/** Logs why the run ends when its event loop has drained before the Actor was done. */
export function warnIfLoopDrained(session: Session, progress: Progress): void {
    if (progress.state === 'loading' || progress.state === 'calling') {
        process.exitCode ??= UNSETTLED_EXIT_CODE;
        const where = progress.state === 'loading' ? 'A top-level `await`' : "The Actor's function";
        process.stderr.write(`${where} waits for a promise that will never settle. The run ends with exit code 13.\n`);
    } else if (session.isInitialized && !session.isExiting) {
        log.warning(
            'The Actor has nothing left to do, but has not called Actor.exit(). The run ends now; on the platform it ' +
                'would continue until its timeout.',
        );
    }
}

/** Members that Node's types omit. */
interface ProcessInternals {
    reallyExit(exitCode?: number): void;
    /** Handles an uncaught error; returns true if the thread continues. */
    _fatalException: (thrown: unknown, isRejection: boolean) => boolean;
}

/**
 * Calls `finish` after all of the Actor's code, including its own `exit` listeners. Called again if the Actor exits
 * while it is exiting.
 *
 * @returns A function that ends the thread at once, without those listeners, as a kill does.
 */
export function onFinalExit(finish: (exitCode: number) => void): (exitCode: number) => void {
    const end = (exitCode: unknown): void => finish(Number(exitCode) | 0);
    let depth = 0;
    // A listener cannot be guaranteed to be the last one, since others may be added at any time; so `emit` is wrapped.
    const emit = process.emit as (this: NodeJS.Process, ...args: unknown[]) => boolean;
    const emitThenEnd = function (this: NodeJS.Process, ...args: unknown[]): boolean {
        if (args[0] !== 'exit') return Reflect.apply(emit, this, args);
        depth += 1;
        try {
            return Reflect.apply(emit, this, args);
        } finally {
            depth -= 1;
            // Listeners that emit the event again must not use up the stack first.
            if (depth === 0) end(readExitCode() ?? args[1]);
        }
    };
    process.emit = emitThenEnd as typeof process.emit;
    // Called directly if the process exits while it is exiting.
    const internals = process as unknown as ProcessInternals;
    const reallyExit = internals.reallyExit.bind(process);
    const endAndExit = (exitCode?: number): void => {
        try {
            end(exitCode);
        } catch {
            // Thrown on, it would reach Node before the termination does.
        }
        reallyExit(exitCode);
    };
    internals.reallyExit = endAndExit;
    return endAndExit;
}

function readExitCode(): unknown {
    try {
        return process.exitCode;
    } catch {
        // A getter of the Actor.
        return undefined;
    }
}

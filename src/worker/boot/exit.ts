import { serializeError } from '../../errors/serialize.js';
import { locateCrash } from './crash-location.js';
import { log } from '../sdk/log.js';
import type { Crash, Program } from '../../protocol/messages.js';
import type { MessageSink } from '../channel/host-connection.js';
import type { Progress } from './program.js';
import type { Session } from '../sdk/session.js';

/** What Node ends with when a top-level `await` never settles. */
const UNSETTLED_EXIT_CODE = 13;

/** That of a thread that its host ends, as Node has it. */
export const KILLED_EXIT_CODE = 1;

/** Tells the host of an error that nobody caught, and ends the thread with exit code 1, as a process would end. */
export function reportCrashes(
    sink: MessageSink,
    program: Pick<Program, 'directory' | 'entry'>,
    isLoading: () => boolean,
): void {
    process.on('uncaughtExceptionMonitor', (thrown) => {
        // The Actor's own listeners keep it alive.
        if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
        sink.post({ type: 'crashed', ...createCrash(thrown, program, isLoading()) });
        // Left to Node, the error would also be thrown at the pool, which answers it with more than a run's end.
        process.exit(1);
    });
}

/** Whether an error is about the code itself, and not thrown by it: it cannot be found, parsed or linked. */
function isLoadError(thrown: unknown): boolean {
    if (!(thrown instanceof Error)) return false;
    const { code } = thrown as NodeJS.ErrnoException;
    const isOfLoader = /^(?:ERR_.*(?:MODULE|IMPORT|EXPORT|REQUIRE|EXTENSION|TYPESCRIPT)|MODULE_NOT_FOUND)/.test(
        code ?? '',
    );
    return isOfLoader || thrown instanceof SyntaxError || thrown.name === 'TransformError';
}

/** An error that ends the run, as the host is told of it. */
export function createCrash(thrown: unknown, program: Pick<Program, 'directory' | 'entry'>, isLoading: boolean): Crash {
    const location = locateCrash(thrown, program);
    return {
        phase: isLoading && isLoadError(thrown) ? 'loading' : 'running',
        error: serializeError(thrown),
        ...(location !== undefined && { location }),
    };
}

/** Says on the Actor's log why a run ends without an end of its own, when its event loop has run dry. */
export function warnIfLoopDrained(session: Session, progress: Progress): void {
    if (progress.state === 'loading' || progress.state === 'calling') {
        process.exitCode ??= UNSETTLED_EXIT_CODE;
        const where = progress.state === 'loading' ? 'A top-level `await`' : "The Actor's function";
        process.stderr.write(
            `${where} waits for a promise that nothing is left to settle. The run ends with exit code 13.\n`,
        );
    } else if (session.isInitialized && !session.isExiting) {
        log.warning(
            'The Actor has nothing left to do, but has not called Actor.exit(). The run ends now; on the platform it ' +
                'would go on until its timeout.',
        );
    }
}

/** Members of Node that its types leave out. */
interface ProcessInternals {
    reallyExit(exitCode?: number): void;
}

/**
 * Calls `finish` after the last of the Actor's code: its own listeners for `exit` come first. It is called again where the
 * Actor exits while it is exiting.
 *
 * @returns Ends the thread at once, without those listeners, as a kill does.
 */
export function onFinalExit(finish: (exitCode: number) => void): (exitCode: number) => void {
    const end = (exitCode: unknown): void => finish(Number(exitCode) || 0);
    // A listener that is added in time to be the last is not to be had, as others may be added at any time.
    const emit = process.emit as (this: NodeJS.Process, ...args: unknown[]) => boolean;
    const emitThenEnd = function (this: NodeJS.Process, ...args: unknown[]): boolean {
        if (args[0] !== 'exit') return emit.apply(this, args);
        try {
            return emit.apply(this, args);
        } finally {
            end(process.exitCode ?? args[1]);
        }
    };
    process.emit = emitThenEnd as typeof process.emit;
    // A process that exits while it is exiting comes only here.
    const internals = process as unknown as ProcessInternals;
    const reallyExit = internals.reallyExit.bind(process);
    internals.reallyExit = (exitCode) => {
        end(exitCode);
        reallyExit(exitCode);
    };
    return internals.reallyExit;
}

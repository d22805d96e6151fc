import { checkFlag, checkOptions, checkWhole, invalid } from '../../util/check.js';
import type { DebugOptions, DebugSettings } from '../../model/execution.js';
import type { RunDocument } from '../../model/api/run-document.js';
import type { RunSettings } from '../interfaces.js';

const MAX_PORT = 65_535;

/**
 * Validates the `debug` option.
 *
 * @throws EngineError `unknown-option` or `invalid-value`.
 */
export function checkDebug(path: string, debug: unknown): void {
    if (debug === undefined || typeof debug === 'boolean') return;
    if (typeof debug !== 'object' || debug === null || Array.isArray(debug)) {
        throw invalid(path, debug, 'true, false, or an object like { port, wait }');
    }
    const { port, wait } = debug as Record<string, unknown>;
    checkOptions(path, debug, ['port', 'wait']);
    checkWhole(`${path}.port`, port, 0, MAX_PORT);
    checkFlag(`${path}.wait`, wait);
}

/** Fills in the defaults of the `debug` option; false if it is disabled. */
export function resolveDebug(debug: boolean | DebugOptions): DebugSettings | false {
    if (debug === false) return false;
    const { port = 0, wait = true } = debug === true ? {} : debug;
    return { port, wait };
}

/** Returns the debug settings of a run: its own, else those of the engine; undefined if it is not debugged. */
export function chooseDebug(
    { debug }: Pick<RunDocument, 'debug'>,
    settings: Pick<RunSettings, 'debug'>,
): DebugSettings | undefined {
    const chosen = debug ?? settings.debug;
    return chosen === false ? undefined : chosen;
}

/** Returns the log line for a run in its own thread or process whose inspector listens. */
export function inspectorNote(url: string, { wait }: DebugSettings): string {
    return `Attach a debugger at ${url}${wait ? '; the run waits for it' : ''}. The run's timeout is disabled.`;
}

/** The log line for a debugged run in the thread of the engine itself. */
export const INLINE_DEBUG_NOTE =
    'The run executes in the process of the engine. To debug it, start that process with `--inspect-brk`, or set ' +
    "breakpoints in its debugger. The run's timeout is disabled.";

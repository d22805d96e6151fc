import { checkFlag, checkOptions, checkWhole, invalid } from '../../util/check.js';
import type { DebugOptions, DebugSettings } from '../../model/execution.js';
import type { RunDocument } from '../../model/api/run-document.js';
import type { RunSettings } from '../interfaces.js';

const MAX_PORT = 65_535;

/** @throws EngineError `unknown-option` or `invalid-value`. */
export function checkDebug(path: string, debug: unknown): void {
    if (debug === undefined || typeof debug === 'boolean') return;
    if (typeof debug !== 'object' || debug === null || Array.isArray(debug)) {
        throw invalid(path, debug, 'true, false, or an object as { port, wait }');
    }
    const { port, wait } = debug as Record<string, unknown>;
    checkOptions(path, debug, ['port', 'wait']);
    checkWhole(`${path}.port`, port, 0, MAX_PORT);
    checkFlag(`${path}.wait`, wait);
}

/** The option with its defaults; false where a run is not to be debugged. */
export function resolveDebug(debug: boolean | DebugOptions): DebugSettings | false {
    if (debug === false) return false;
    const { port = 0, wait = true } = debug === true ? {} : debug;
    return { port, wait };
}

/** How a run is debugged: as it was started with, else as the engine says; undefined where it is not. */
export function chooseDebug(
    { debug }: Pick<RunDocument, 'debug'>,
    settings: Pick<RunSettings, 'debug'>,
): DebugSettings | undefined {
    const chosen = debug ?? settings.debug;
    return chosen === false ? undefined : chosen;
}

/** What the log says of a run that is debugged and has a thread or process of its own, once its inspector listens. */
export function inspectorNote(url: string, { wait }: DebugSettings): string {
    return `The run can be debugged at ${url}${wait ? ', and waits for a debugger' : ''}. Its timeout does not count.`;
}

/** What the log says of a run that is debugged in the thread of the engine itself. */
export const INLINE_DEBUG_NOTE =
    'The run is in the process of the engine and is debugged with it: start that process with `--inspect-brk`, or set ' +
    'breakpoints in its debugger. Its timeout does not count.';

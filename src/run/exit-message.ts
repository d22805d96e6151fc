import { OUT_OF_MEMORY_EXIT_CODE } from '../protocol/messages.js';
import type { SerializedError } from '../errors/serialize.js';
import type { ExitReason } from '../protocol/execution.js';
import type { Run } from '../model/api/run.js';

/** What the record of a run says of how it ended. */
export interface ExitDescription {
    exitCode?: number;
    message: string;
}

/** What an exit code means that the Actor did not choose itself. */
const EXIT_CODE_MEANINGS: Readonly<Record<number, string>> = {
    13: 'it waits at its top level for a promise that nothing is left to settle',
    134: 'it called process.abort()',
    137: 'it killed itself with SIGKILL',
    143: 'it killed itself with SIGTERM',
};

/** Says in the record's words how an execution ended, for a run that nobody told to stop. */
export function describeExit(end: ExitReason, memoryMbytes: number): ExitDescription {
    switch (end.type) {
        case 'exited':
            return { exitCode: end.exitCode, message: describeExited(end) };
        case 'out-of-memory':
            return { exitCode: OUT_OF_MEMORY_EXIT_CODE, message: describeOutOfMemory(end.peakBytes, memoryMbytes) };
        case 'killed':
            return { message: 'The Actor was killed.' };
        case 'stuck':
            return { message: 'The Actor did not end when it was killed, and its thread was left alone.' };
        case 'lost': {
            const why = end.error === undefined ? '' : `: ${oneLine(end.error)}`;
            return { message: `The Actor's thread ended without a word${why}.` };
        }
    }
}

function describeExited({ exitCode, crash }: Extract<ExitReason, { type: 'exited' }>): string {
    if (crash === undefined) {
        const meaning = EXIT_CODE_MEANINGS[exitCode];
        return `Actor finished with exit code ${exitCode}${meaning === undefined ? '' : `: ${meaning}`}`;
    }
    const where = crash.location === undefined ? '' : ` at ${crash.location}`;
    return crash.phase === 'loading'
        ? `The Actor's code could not be loaded${where}: ${oneLine(crash.error)}${suggestFix(crash.error)}`
        : `Actor finished with exit code ${exitCode}: ${oneLine(crash.error)}${where}`;
}

/** What to do about a module that is not there. */
function suggestFix({ code, message }: SerializedError): string {
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return '';
    const [, name] = /Cannot find (?:package|module) '([^']+)'/.exec(message) ?? [];
    if (name === undefined) return '';
    const isFile = /^(?:[./\\]|[A-Za-z]:|file:)/.test(name);
    return isFile ? '. Check the path, and the ending of the file.' : `. Install it for the Actor: npm install ${name}`;
}

function describeOutOfMemory(peakBytes: number, memoryMbytes: number): string {
    const peak = Math.round(peakBytes / 2 ** 20);
    // A limit of V8's own for a part of the memory comes first now and then.
    const seen = peak >= memoryMbytes ? `its peak was ${peak} MB` : `last seen at ${peak} MB`;
    return `The Actor ran out of memory: it used more than its ${memoryMbytes} MB (${seen}). Raise the run's memory.`;
}

function oneLine(error: SerializedError): string {
    const firstLine = error.message.split('\n', 1)[0] ?? '';
    return error.name === 'EngineError' ? firstLine : `${error.name}: ${firstLine}`;
}

/** What the record of a run that has ended says of it; without a message where the Actor's own last word stays. */
export function describeRunExit(run: Run, end: ExitReason | undefined, abortReason: string): Partial<ExitDescription> {
    const described = end && describeExit(end, run.options.memoryMbytes);
    return { exitCode: described?.exitCode, message: chooseStatusMessage(run, described?.message, abortReason) };
}

function chooseStatusMessage(run: Run, described: string | undefined, abortReason: string): string | undefined {
    const { timeoutSecs } = run.options;
    switch (run.status) {
        case 'SUCCEEDED':
            return run.statusMessage ?? described;
        case 'TIMED-OUT':
            // One that has no timeout can be made to time out.
            return timeoutSecs === 0 ? 'Actor timed out' : `Actor timed out after ${timeoutSecs} s`;
        case 'ABORTED':
            return abortReason;
        default:
            return described;
    }
}

/** What ended the run and is not in its log yet: an uncaught error is not printed by a thread, as it is by a process. */
export function unloggedError(end: ExitReason): SerializedError | undefined {
    if (end.type === 'exited') return end.crash?.isLogged === true ? undefined : end.crash?.error;
    return end.type === 'lost' ? end.error : undefined;
}

/** Whether the Actor has ended as it should. */
export function isSuccess(end: ExitReason): boolean {
    return end.type === 'exited' && end.exitCode === 0;
}

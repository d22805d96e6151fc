import { OUT_OF_MEMORY_EXIT_CODE, type Crash } from '../protocol/messages.js';
import type { SerializedError } from '../errors/serialize.js';
import type { ExitReason, OtherMemoryLimit } from '../protocol/execution.js';
import type { Run } from '../model/api/run.js';

/** The exit code and status message of a finished run. */
export interface ExitDescription {
    exitCode?: number;
    message: string;
}

/** Explanations of exit codes that the Actor does not choose itself. */
const EXIT_CODE_MEANINGS: Readonly<Record<number, string>> = {
    13: 'it waited for a promise that never settled',
    134: 'it called process.abort()',
    137: 'it killed itself with SIGKILL',
    143: 'it killed itself with SIGTERM',
};

/** Describes the end of an execution that was not asked to stop. */
export function describeExit(exit: ExitReason, memoryMbytes: number): ExitDescription {
    switch (exit.type) {
        case 'exited':
            return { exitCode: exit.exitCode, message: describeExited(exit) };
        case 'out-of-memory':
            return { exitCode: OUT_OF_MEMORY_EXIT_CODE, message: describeOutOfMemory(exit, memoryMbytes) };
        case 'killed':
            return { message: 'The Actor was killed.' };
        case 'stuck':
            return { message: 'The Actor did not stop when it was killed; its thread was abandoned.' };
        case 'lost': {
            const reason = exit.error === undefined ? '' : `: ${firstLineOf(exit.error)}`;
            return { message: `The Actor's thread or process exited unexpectedly${reason}.` };
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
        ? `The Actor's code could not be loaded${where}: ${firstLineOf(crash.error)}${suggestFix(crash)}`
        : `Actor finished with exit code ${exitCode}: ${firstLineOf(crash.error)}${where}`;
}

const TYPESCRIPT_CODES =
    /^ERR_(?:UNKNOWN_FILE_EXTENSION|(?:UNSUPPORTED|INVALID)_TYPESCRIPT_SYNTAX|UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING)$/;

const TYPESCRIPT_FIX =
    '. Node itself only strips types: it supports no enums, parameter properties and decorators, and no imports of ' +
    'TypeScript files without `.ts`. Run `npm i -D tsx` in the folder of the Actor, or compile it with `npm run build`.';

/** Suggests a fix for a missing module, or for TypeScript that Node does not run. */
function suggestFix({ error: { name: errorName, code, message }, isStripped }: Crash): string {
    const isMissingFile = /Cannot find module '(?:[./\\]|[A-Za-z]:|file:)[^']*(?<!\.[cm]?ts)'/.test(message);
    const isOfTypeScript = TYPESCRIPT_CODES.test(code ?? '') && /typescript|\.[cm]?tsx?\b/i.test(`${code} ${message}`);
    if (isOfTypeScript || (isStripped === true && (isMissingFile || errorName === 'SyntaxError')))
        return TYPESCRIPT_FIX;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return '';
    const [, name] = /Cannot find (?:package|module) '([^']+)'/.exec(message) ?? [];
    if (name === undefined) return '';
    const isFile = /^(?:[./\\]|[A-Za-z]:|file:)/.test(name);
    return isFile ? '. Check the path and the file extension.' : `. Install it for the Actor: npm install ${name}`;
}

const OTHER_LIMITS: Readonly<Record<OtherMemoryLimit, string>> = {
    'large-objects':
        'its large arrays, strings and tables exceeded 768 MB, the maximum in a thread. Use isolation `process`.',
    'object-size': 'a single array or table exceeded the maximum size of V8.',
};

function describeOutOfMemory(
    { peakBytes, exceeded }: Extract<ExitReason, { type: 'out-of-memory' }>,
    memoryMbytes: number,
): string {
    if (exceeded !== undefined) return `The Actor ran out of memory: ${OTHER_LIMITS[exceeded]}`;
    const peak = Math.round(peakBytes / 2 ** 20);
    // V8's own limit for a part of the memory may be reached first.
    const usage = peak >= memoryMbytes ? `peak: ${peak} MB` : `last measured: ${peak} MB`;
    return `The Actor ran out of memory: it used more than its ${memoryMbytes} MB (${usage}). Increase the run's memory.`;
}

/** Returns the first line of an error, and those of its causes that it does not repeat, as in `fetch failed: connect ECONNREFUSED`. */
function firstLineOf(error: SerializedError): string {
    // Other words may follow, so the sentence has no end.
    const firstLine = lineOf(error);
    if (firstLine === '') return error.name;
    if (error.name === 'EngineError') return firstLine;
    let description = `${error.name}: ${firstLine}`;
    for (let { cause } = error; cause !== undefined; cause = cause.cause) {
        const line = lineOf(cause);
        if (line !== '' && !description.includes(line)) description += `: ${line}`;
    }
    return description;
}

function lineOf({ message }: SerializedError): string {
    return (message.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}

/** Describes the end of a run. Without a message if the Actor's last status message stays. */
export function describeRunExit(run: Run, exit: ExitReason | undefined, abortReason: string): Partial<ExitDescription> {
    const described = exit && describeExit(exit, run.options.memoryMbytes);
    return { exitCode: described?.exitCode, message: chooseStatusMessage(run, described?.message, abortReason) };
}

function chooseStatusMessage(run: Run, described: string | undefined, abortReason: string): string | undefined {
    const { timeoutSecs } = run.options;
    switch (run.status) {
        case 'SUCCEEDED':
            return run.statusMessage ?? described;
        case 'TIMED-OUT':
            // A test can make a run time out that has no timeout.
            return timeoutSecs === 0 ? 'Actor timed out' : `Actor timed out after ${timeoutSecs} s`;
        case 'ABORTED':
            return abortReason;
        default:
            return described;
    }
}

/** The last status message of a crawler of Crawlee all of whose requests have failed. */
const NO_SUCCESS = /\b0 succeeded, [1-9]\d* failed\b/;

/** Returns the status message of a finished run that has failed, or whose crawler has, with the refused connection as its cause. */
export function addRefusal({ status, statusMessage }: Run, exit: ExitReason | undefined): string | undefined {
    const refusal = exit?.type === 'exited' ? exit.refusal : undefined;
    if (refusal === undefined || statusMessage === undefined || statusMessage.includes('`network: '))
        return statusMessage;
    if (status !== 'FAILED' && !NO_SUCCESS.test(statusMessage)) return statusMessage;
    return `${statusMessage.replace(/\.$/, '')}. ${refusal}`;
}

/** Returns the error that ended the run and is not in its log yet: a thread, unlike a process, does not print uncaught errors. */
export function unloggedError(exit: ExitReason): SerializedError | undefined {
    if (exit.type === 'exited') return exit.crash?.isLogged === true ? undefined : exit.crash?.error;
    return exit.type === 'lost' ? exit.error : undefined;
}

/** True if the Actor exited with code 0. */
export function isSuccess(exit: ExitReason): boolean {
    return exit.type === 'exited' && exit.exitCode === 0;
}

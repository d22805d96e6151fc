import type { SerializedError } from '../errors/serialize.js';
import type { ExecutionEnd } from '../executor/executor.js';

/** What the record of a run says of how it ended. */
export interface EndRecord {
    exitCode?: number;
    message: string;
}

/** The exit code of a process that the kernel killed for its memory; the platform's containers end so too. */
const OUT_OF_MEMORY_EXIT_CODE = 137;

/** Says in the record's words how an execution ended, for a run that nobody told to stop. */
export function describeEnd(end: ExecutionEnd, memoryMbytes: number): EndRecord {
    switch (end.type) {
        case 'exited':
            return { exitCode: end.exitCode, message: describeExit(end) };
        case 'out-of-memory':
            return { exitCode: OUT_OF_MEMORY_EXIT_CODE, message: describeOutOfMemory(end.peakBytes, memoryMbytes) };
        case 'killed':
            return { message: 'The Actor was killed.' };
        case 'stuck':
            return { message: 'The Actor did not react to being killed; its thread was given up.' };
        case 'lost': {
            const why = end.error === undefined ? '' : `: ${oneLine(end.error)}`;
            return { message: `The Actor's thread ended without a word${why}.` };
        }
    }
}

function describeExit({ exitCode, crash }: Extract<ExecutionEnd, { type: 'exited' }>): string {
    if (crash === undefined) return `Actor finished with exit code ${exitCode}`;
    const where = crash.location === undefined ? '' : ` at ${crash.location}`;
    return crash.phase === 'loading'
        ? `The Actor's code could not be loaded${where}: ${oneLine(crash.error)}`
        : `Actor finished with exit code ${exitCode}: ${oneLine(crash.error)}${where}`;
}

function describeOutOfMemory(peakBytes: number, memoryMbytes: number): string {
    const peak = peakBytes === 0 ? '' : ` (last seen at ${Math.round(peakBytes / 2 ** 20)} MB)`;
    return `The Actor ran out of memory: it used more than its ${memoryMbytes} MB${peak}. Raise the run's memory.`;
}

function oneLine(error: SerializedError): string {
    const firstLine = error.message.split('\n', 1)[0] ?? '';
    return error.name === 'EngineError' ? firstLine : `${error.name}: ${firstLine}`;
}

import { harmlessJson } from './harmless.js';
import { openOutput, type Output, type OutputOptions } from './output.js';

/** Where a command reads and writes. */
export interface Terminal {
    /** stdout, for results. */
    readonly out: Output;
    /** stderr, for all else. */
    readonly err: Output;
    readonly stdin: NodeJS.ReadStream;
    /** Writes one JSON to stdout: laid out for people on a terminal, on one line in a pipe. */
    json(value: unknown): void;
}

/** The streams of a process. */
export interface TerminalStreams {
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
}

/** The terminal over the streams of a process. */
export function openTerminal(streams: TerminalStreams, options: OutputOptions): Terminal {
    const out = openOutput(streams.stdout, options);
    const err = openOutput(streams.stderr, options);
    return {
        out,
        err,
        // Node makes it when it is first asked for.
        get stdin() {
            return streams.stdin;
        },
        json: (value) =>
            out.line(out.isInteractive ? harmlessJson(JSON.stringify(value, undefined, 2)) : JSON.stringify(value)),
    };
}

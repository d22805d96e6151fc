import { once } from 'node:events';
import colors from 'picocolors';
import { safeJson } from './safe-text.js';

/** How a piece of text looks. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

/** A stream that a command writes to: a terminal, a file or a pipe. */
export interface Output {
    /** Writes a line. */
    line(text?: string): void;
    /** Writes a chunk unchanged; settles once there is room for more. */
    write(chunk: string | Uint8Array): Promise<void>;
    /** Returns the text in a style, or unchanged where colours are off. */
    paint(style: Style, text: string): string;
    readonly hasColours: boolean;
    /** True for a terminal on which a line can be redrawn. */
    readonly isInteractive: boolean;
    /** Columns of the terminal; 80 if there is none. */
    readonly width: number;
    /** True once the reader is gone: further output is lost. */
    readonly isGone: boolean;
}

/** The input and outputs of a command. */
export interface Terminal {
    /** stdout, for results. */
    readonly out: Output;
    /** stderr, for everything else. */
    readonly err: Output;
    readonly stdin: NodeJS.ReadStream;
    /** Writes one JSON value to stdout: indented on a terminal, on one line in a pipe. */
    json(value: unknown): void;
}

/** The standard streams of a process. */
export interface TerminalStreams {
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
}

/** Decides about colours. */
export interface OutputOptions {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** True if `--no-color` was given. */
    readonly isPlain: boolean;
}

const DEFAULT_WIDTH = 80;
/** Errors of a stream whose reader or terminal was closed. */
const GONE = new Set<string | undefined>(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** Opens the terminal over the streams of a process. */
export function openTerminal(streams: TerminalStreams, options: OutputOptions): Terminal {
    const out = openOutput(streams.stdout, options);
    const err = openOutput(streams.stderr, options);
    return {
        out,
        err,
        // Node creates the stream on first access.
        get stdin() {
            return streams.stdin;
        },
        json: (value) =>
            out.line(out.isInteractive ? safeJson(JSON.stringify(value, undefined, 2)) : JSON.stringify(value)),
    };
}

/** Opens an output over a stream. A reader that goes away (`| head`) is not an error. */
export function openOutput(stream: NodeJS.WriteStream, { env, isPlain }: OutputOptions): Output {
    let isGone = false;
    stream.on('error', (error: NodeJS.ErrnoException) => {
        if (!GONE.has(error.code)) throw error;
        isGone = true;
    });
    const isTerminal = stream.isTTY ?? false;
    const hasColours = wantsColours(env, isTerminal, isPlain);
    const styles = colors.createColors(hasColours);
    return {
        line: (text = '') => void (isGone || stream.write(`${text}\n`)),
        write: async (chunk) => {
            // An error also ends the wait; the listener above handles it.
            if (!isGone && !stream.write(chunk)) await once(stream, 'drain').catch(() => {});
        },
        paint: (style, text) => styles[style](text),
        hasColours,
        isInteractive: isTerminal && env['TERM'] !== 'dumb',
        get width() {
            return stream.columns || DEFAULT_WIDTH;
        },
        get isGone() {
            return isGone;
        },
    };
}

/** Follows https://no-color.org and https://force-color.org, for each stream; picocolors looks at stdout only. */
function wantsColours(env: OutputOptions['env'], isTerminal: boolean, isPlain: boolean): boolean {
    if (isPlain) return false;
    const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env;
    if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
    if (no !== undefined && no !== '') return false;
    return isTerminal && term !== 'dumb';
}

/** Returns the colour of a status, as in Apify Console. */
export function statusStyle(status: string): Style {
    if (status === 'SUCCEEDED') return 'green';
    if (status === 'FAILED' || status === 'TIMED-OUT') return 'red';
    return status === 'READY' || status === 'RUNNING' ? 'blue' : 'yellow';
}

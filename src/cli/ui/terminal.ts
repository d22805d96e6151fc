import { once } from 'node:events';
import colors from 'picocolors';
import { safeJson } from './escape-control-characters.js';

/** The style of a text. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

/** An output stream of a command: a terminal, a file or a pipe. */
export type Output = ReturnType<typeof openOutput>;

const DEFAULT_WIDTH = 80;
/** Error codes of a stream whose reader or terminal was closed. */
const CLOSED_CODES = new Set<string | undefined>(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** Opens an output over a stream. A reader that exits early (`| head`) is not an error. */
export function openOutput(stream: NodeJS.WriteStream, env: Readonly<NodeJS.ProcessEnv>) {
    let isClosed = false;
    stream.on('error', (error: NodeJS.ErrnoException) => {
        if (!CLOSED_CODES.has(error.code)) throw error;
        isClosed = true;
    });
    const isTerminal = stream.isTTY ?? false;
    const hasColours = wantsColours(env, isTerminal);
    const styles = colors.createColors(hasColours);
    /** True for a terminal on which a line can be redrawn. */
    const isInteractive = isTerminal && env['TERM'] !== 'dumb';
    const line = (text = ''): void => void (isClosed || stream.write(`${text}\n`));
    return {
        /** Writes a line. */
        line,
        /** Writes one JSON value: indented on a terminal, on one line in a pipe. */
        json: (value: unknown): void =>
            line(isInteractive ? safeJson(JSON.stringify(value, undefined, 2)) : JSON.stringify(value)),
        /** Writes a chunk unchanged; resolves once the stream accepts more. */
        write: async (chunk: string | Uint8Array): Promise<void> => {
            // An error also rejects the wait; the listener above handles it.
            if (!isClosed && !stream.write(chunk)) await once(stream, 'drain').catch(() => {});
        },
        /** Returns the text in a style, or unchanged where colours are off. */
        paint: (style: Style, text: string): string => styles[style](text),
        hasColours,
        isInteractive,
        /** Columns of the terminal; 80 without a terminal. */
        get width(): number {
            return stream.columns || DEFAULT_WIDTH;
        },
        /** True once the reader has closed the stream; further output is lost. */
        get isClosed(): boolean {
            return isClosed;
        },
    };
}

/** Follows https://no-color.org and https://force-color.org, for each stream; picocolors only checks stdout. */
function wantsColours(env: Readonly<NodeJS.ProcessEnv>, isTerminal: boolean): boolean {
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

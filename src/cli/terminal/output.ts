import { styleText } from 'node:util';

/** How a piece of text looks. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray' | 'underline';

/** Where a command writes: a terminal, a file or a pipe. */
export interface Output {
    /** Writes a line. */
    line(text?: string): void;
    /** Writes as it is; settles once there is room for more. For what is long. */
    write(chunk: string | Uint8Array): Promise<void>;
    /** The text in that style, or as it is where there are no colours. */
    paint(style: Style, text: string): string;
    readonly hasColours: boolean;
    /** Whether it is a terminal, on which a line can be drawn anew. */
    readonly isInteractive: boolean;
    /** Columns of the terminal; 80 where there is none. */
    readonly width: number;
    /** Whether whoever read it has gone: what is written is lost. */
    readonly isGone: boolean;
}

/** A stream of the process; only one to a terminal knows that, and its size. */
export type OutputStream = Omit<NodeJS.WriteStream, 'isTTY'> & { readonly isTTY?: boolean };

/** What decides about colours. */
export interface OutputOptions {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Whether `--no-color` was given. */
    readonly isPlain: boolean;
}

const DEFAULT_WIDTH = 80;
/** What a stream says whose reader, or whose terminal, has been closed. */
const GONE = new Set<string | undefined>(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** The output over a stream of the process. That a reader goes away (`| head`) is no error. */
export function openOutput(stream: OutputStream, { env, isPlain }: OutputOptions): Output {
    let isGone = false;
    stream.on('error', (error: NodeJS.ErrnoException) => {
        if (!GONE.has(error.code)) throw error;
        isGone = true;
    });
    const isTerminal = stream.isTTY ?? false;
    const hasColours = wantsColours(env, isTerminal, isPlain);
    return {
        line: (text = '') => void (isGone || stream.write(`${text}\n`)),
        write: async (chunk) => {
            if (isGone || stream.write(chunk)) return;
            await new Promise<void>((resolve) => {
                const settle = (): void => {
                    stream.off('drain', settle);
                    stream.off('error', settle);
                    resolve();
                };
                stream.on('drain', settle);
                stream.on('error', settle);
            });
        },
        paint: (style, text) => (hasColours ? paintText(style, text) : text),
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

/** As https://no-color.org and https://force-color.org have it. */
function wantsColours(env: OutputOptions['env'], isTerminal: boolean, isPlain: boolean): boolean {
    if (isPlain) return false;
    const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env;
    if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
    if (no !== undefined && no !== '') return false;
    return isTerminal && term !== 'dumb';
}

/** Newer versions of Node would look at the environment once more, and at stdout only. */
function paintText(style: Style, text: string): string {
    return (styleText as (style: Style, text: string, options?: { validateStream: boolean }) => string)(style, text, {
        validateStream: false,
    });
}

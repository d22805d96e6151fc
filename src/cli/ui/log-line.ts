import { escapeControlCharacters } from './escape-control-characters.js';
import type { Output, Style } from './terminal.js';

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) /;
const LEVELS: Readonly<Record<string, Style>> = {
    DEBUG: 'dim',
    PERF: 'magenta',
    INFO: 'green',
    WARN: 'yellow',
    WARNING: 'yellow',
    ERROR: 'red',
    SOFT_FAIL: 'red',
};

/** Splits a log line into its ISO time and its text. Continuation lines have no time. */
export function splitLogLine(line: string): { readonly time?: string; readonly text: string } {
    const [stamp, time] = STAMP.exec(line) ?? [];
    return stamp === undefined || time === undefined ? { text: line } : { time, text: line.slice(stamp.length) };
}

/** Formats a log line for a terminal: without its time, and with the Actor's own colours, or else a coloured level. */
export function formatLogLine(line: string, output: Output): string {
    const { text } = splitLogLine(line);
    if (text.includes('\u001b')) {
        const coloured = escapeControlCharacters(text, { colours: true });
        return output.hasColours ? `${coloured}\u001b[0m` : coloured.replaceAll(/\u001b\[[\d;]*m/g, '');
    }
    const plain = escapeControlCharacters(text);
    const [level = ''] = /^[A-Z_]+(?=[: ]|$)/.exec(plain) ?? [];
    const style = Object.hasOwn(LEVELS, level) ? LEVELS[level] : undefined;
    return style === undefined ? plain : output.paint(style, level) + plain.slice(level.length);
}

/** Splits chunks of text into lines, without line ends. */
export async function* splitLines(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of chunks) {
        const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        yield* lines;
    }
    rest += decoder.decode();
    if (rest !== '') yield rest;
}

import { harmless } from './terminal/harmless.js';
import type { Output, Style } from './terminal/output.js';

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;
const LEVELS: Readonly<Record<string, Style>> = {
    DEBUG: 'dim',
    PERF: 'magenta',
    INFO: 'green',
    WARN: 'yellow',
    WARNING: 'yellow',
    ERROR: 'red',
    SOFT_FAIL: 'red',
};

/**
 * A line of a log as a terminal shows it: without its time, made harmless, and with the colours that its Actor has given it,
 * or else with its level in colour.
 */
export function formatLogLine(line: string, output: Output): string {
    const text = line.replace(STAMP, '');
    if (text.includes('\u001b'))
        return (
            harmless(text, { colours: true }).replaceAll(/\u001b\[[\d;]*m/g, (code) =>
                output.hasColours ? code : '',
            ) + (output.hasColours ? '\u001b[0m' : '')
        );
    const plain = harmless(text);
    const [level = ''] = /^[A-Z_]+(?=[: ]|$)/.exec(plain) ?? [];
    const style = Object.hasOwn(LEVELS, level) ? LEVELS[level] : undefined;
    return style === undefined ? plain : output.paint(style, level) + plain.slice(level.length);
}

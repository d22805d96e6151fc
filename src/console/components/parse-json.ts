/** A parsed value; or the line of the error, from 1, and the message: `Line 3, column 16: …`. */
export type ParsedJson = { ok: true; value: unknown } | { ok: false; line: number; message: string };

/** Parses JSON; returns the position of an error. */
export function parseJson(text: string): ParsedJson {
    try {
        return { ok: true, value: JSON.parse(text) };
    } catch (error) {
        const thrown = error instanceof Error ? error.message : String(error);
        const before = text.slice(0, findOffset(thrown, text)).split('\n');
        const reason = thrown.replace(/ in JSON.*$| \(line.*$|, ?"?\.{3}.*$/s, '');
        const line = before.length;
        return { ok: false, line, message: `Line ${line}, column ${before.at(-1)!.length + 1}: ${reason}` };
    }
}

/** Finds the offset of an error. Messages have an offset, a line and column, or, at the end of the text, no position. */
function findOffset(message: string, text: string): number {
    const offset = /position (\d+)/.exec(message)?.[1];
    if (offset !== undefined) return Number(offset);
    const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
    if (line === undefined) return text.length;
    const lines = text.split('\n').slice(0, Number(line) - 1);
    return lines.reduce((sum, before) => sum + before.length + 1, 0) + Number(column) - 1;
}

/** Returns a value as indented JSON; empty for undefined. */
export function prettyJson(value: unknown): string {
    return value === undefined ? '' : JSON.stringify(value, null, 4);
}

/** Returns a text as indented JSON; unchanged if it is not valid JSON. */
export function prettyText(text: string): string {
    const parsed = parseJson(text);
    return parsed.ok ? prettyJson(parsed.value) : text;
}

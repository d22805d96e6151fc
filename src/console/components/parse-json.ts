/** A text that was read as JSON; or the line, from 1, where it stops being any, and what is wrong: `Line 3, column 16: …`. */
export type ParsedJson = { ok: true; value: unknown } | { ok: false; line: number; trouble: string };

/** Reads a text as JSON, and says where it is wrong. */
export function parseJson(text: string): ParsedJson {
    try {
        return { ok: true, value: JSON.parse(text) };
    } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const before = text.slice(0, placeOf(message, text)).split('\n');
        const words = message.replace(/ in JSON.*$| \(line.*$|, ?"?\.{3}.*$/s, '');
        const line = before.length;
        return { ok: false, line, trouble: `Line ${line}, column ${before.at(-1)!.length + 1}: ${words}` };
    }
}

/** Engines say it by offset, by line and column, or, at the end, not at all. */
function placeOf(message: string, text: string): number {
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

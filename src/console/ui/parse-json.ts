/** A text that was read as JSON, or where it stops being any. */
export type ParsedJson = { ok: true; value: unknown } | { ok: false; message: string; line: number; column: number };

/** Reads a text as JSON, and says where it is wrong: line and column from 1. */
export function parseJson(text: string): ParsedJson {
    try {
        return { ok: true, value: JSON.parse(text) };
    } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const at = placeOf(message, text);
        const before = text.slice(0, at).split('\n');
        return {
            ok: false,
            message: message.replace(/ in JSON.*$| \(line.*$|, ?"?\.{3}.*$/s, ''),
            line: before.length,
            column: before.at(-1)!.length + 1,
        };
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

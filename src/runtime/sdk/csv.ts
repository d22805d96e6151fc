/** Writes rows as CSV: comma, quotes where needed, a line feed after each row. Objects become JSON, null becomes nothing. */
export function toCsv(rows: readonly (readonly unknown[])[]): string {
    return rows.map((row) => `${row.map(toCell).join(',')}\n`).join('');
}

function toCell(value: unknown): string {
    const text = toText(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function toText(value: unknown): string {
    if (value === null || value === undefined) return '';
    // True is 1 and false is nothing: so the platform's SDK has it, and so do the files that people compare with.
    if (typeof value === 'boolean') return value ? '1' : '';
    if (value instanceof Date) return String(value.getTime());
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

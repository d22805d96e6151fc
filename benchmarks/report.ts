import { goalNumber, isMet, type Goal, type Measure, type Result, type Skipped, type Unit } from './harness.js';

const HEADINGS = ['', 'value', '±', 'floor', '× floor', 'peer', '× peer', 'goal', 'met'];

/** The results as lines of text in columns; below them, what is missing and why. */
export function formatTable(results: readonly (Result | Skipped)[]): string {
    const rows = [
        HEADINGS,
        ...results.map((result) => ('skipped' in result ? [result.name, 'skipped'] : formatRow(result))),
    ];
    const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    const notes = results.filter((result) => 'skipped' in result).map(({ name, skipped }) => `${name}: ${skipped}`);
    const lines = rows.map((row) =>
        row
            .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
            .join('  ')
            .trimEnd(),
    );
    return [...lines, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

/** The results as a table of Markdown, for a README. */
export function formatMarkdown(results: readonly (Result | Skipped)[]): string {
    const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    const lines = results.map((result) => {
        const cells = 'skipped' in result ? [result.name, `not measured: ${result.skipped}`] : formatRow(result);
        return row(HEADINGS.map((_, column) => cells[column] ?? ''));
    });
    return [row(HEADINGS), row(HEADINGS.map((_, column) => (column === 0 ? '---' : '--:'))), ...lines].join('\n');
}

/** The results as plain data, for a file. */
export function toRecords(results: readonly (Result | Skipped)[]): Record<string, unknown>[] {
    return results.map((result) => ('skipped' in result ? { ...result } : toRecord(result)));
}

function toRecord(result: Result): Record<string, unknown> {
    return {
        name: result.name,
        value: result.value.median,
        spread: result.value.spread,
        unit: result.unit,
        floor: result.floor?.median,
        peer: result.peer?.median,
        ratio: result.goal || result.peer ? goalNumber(result) : undefined,
        goal: formatGoal(result),
        met: isMet(result),
    };
}

function formatRow(result: Result): string[] {
    const { value, unit, floor, peer } = result;
    return [
        result.name,
        `${round(value.median)} ${unit}`,
        `${Math.round(value.spread * 100)} %`,
        reference(floor),
        ratio(value, floor),
        reference(peer),
        ratio(value, peer),
        formatGoal(result),
        formatMet(isMet(result)),
    ];
}

function formatMet(met: boolean | undefined): string {
    if (met === undefined) return '';
    return met ? 'yes' : 'NO';
}

function formatGoal({ goal, unit }: { goal?: Goal; unit: Unit }): string {
    if (goal === undefined) return '';
    const sign = goal.atMost === undefined ? '≥' : '≤';
    const limit = goal.atMost ?? goal.atLeast;
    return goal.of === 'value' ? `${sign} ${limit} ${unit}` : `${sign} ${fraction(limit)} × ${goal.of}`;
}

function reference(measure: Measure | undefined): string {
    return measure === undefined ? '' : round(measure.median);
}

function ratio(value: Measure, to: Measure | undefined): string {
    return to === undefined ? '' : fraction(value.median / to.median);
}

/** Small ones the way they are spoken of: `1/15`. */
function fraction(number: number): string {
    if (number >= 0.1) return Number.isInteger(number * 10) ? String(number) : number.toFixed(2);
    return `1/${Number((1 / number).toFixed(1))}`;
}

function round(value: number): string {
    if (value >= 100) return Math.round(value).toLocaleString('en');
    return value.toFixed(value >= 10 ? 1 : 2);
}

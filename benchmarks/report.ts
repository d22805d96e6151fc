import {
    comparedValue,
    meetsGoal,
    type Goal,
    type Measurement,
    type Result,
    type Skipped,
    type Unit,
} from './harness.js';

const HEADINGS = ['', 'value', '±', 'floor', '× floor', 'peer', '× peer', 'goal', 'met'];

/** Formats results as a table in plain text, followed by the reasons for skipped ones. */
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

/** Formats results as a Markdown table. */
export function formatMarkdown(results: readonly (Result | Skipped)[]): string {
    const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
    const lines = results.map((result) => {
        const cells = 'skipped' in result ? [result.name, `not measured: ${result.skipped}`] : formatRow(result);
        return row(HEADINGS.map((_, column) => cells[column] ?? ''));
    });
    return [row(HEADINGS), row(HEADINGS.map((_, column) => (column === 0 ? '---' : '--:'))), ...lines].join('\n');
}

/** Converts results to plain objects for a JSON file. */
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
        ratio: result.goal || result.peer ? comparedValue(result) : undefined,
        goal: formatGoal(result),
        met: meetsGoal(result),
    };
}

function formatRow(result: Result): string[] {
    const { value, unit, floor, peer } = result;
    return [
        result.name,
        `${formatNumber(value.median)} ${unit}`,
        `${Math.round(value.spread * 100)} %`,
        formatReference(floor),
        formatRatio(value, floor),
        formatReference(peer),
        formatRatio(value, peer),
        formatGoal(result),
        formatMet(meetsGoal(result)),
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
    return goal.of === 'value' ? `${sign} ${limit} ${unit}` : `${sign} ${formatFraction(limit)} × ${goal.of}`;
}

function formatReference(measurement: Measurement | undefined): string {
    return measurement === undefined ? '' : formatNumber(measurement.median);
}

function formatRatio(value: Measurement, reference: Measurement | undefined): string {
    return reference === undefined ? '' : formatFraction(value.median / reference.median);
}

/** Formats a ratio. Ratios below 0.1 are formatted as fractions, such as `1/15`. */
function formatFraction(number: number): string {
    if (number >= 0.1) return Number.isInteger(number * 10) ? String(number) : number.toFixed(2);
    return `1/${Number((1 / number).toFixed(1))}`;
}

function formatNumber(value: number): string {
    if (value >= 100) return Math.round(value).toLocaleString('en');
    return value.toFixed(value >= 10 ? 1 : 2);
}

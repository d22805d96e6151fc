import { goalNumber, isMet, type Measure, type Result } from './harness.js';

const HEADINGS = ['', 'value', '±', 'floor', '× floor', 'peer', '× peer', 'goal', 'met'];

/** The results as lines of text in columns. */
export function formatTable(results: readonly Result[]): string {
    const rows = [HEADINGS, ...results.map(formatRow)];
    const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    return rows
        .map((row) =>
            row
                .map((cell, column) =>
                    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
                )
                .join('  '),
        )
        .join('\n');
}

/** The results as plain data, for a file. */
export function toRecords(results: readonly Result[]): Record<string, unknown>[] {
    return results.map((result) => ({
        name: result.name,
        value: result.value.median,
        spread: result.value.spread,
        unit: result.unit,
        floor: result.floor?.median,
        peer: result.peer?.median,
        ratio: goalNumber(result),
        goal: formatGoal(result),
        met: isMet(result),
    }));
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
        isMet(result) ? 'yes' : 'NO',
    ];
}

function formatGoal({ goal, unit }: Result): string {
    const sign = goal.atMost === undefined ? '≥' : '≤';
    const limit = goal.atMost ?? goal.atLeast;
    return goal.of === 'value' ? `${sign} ${limit} ${unit}` : `${sign} ${limit} × ${goal.of}`;
}

function reference(measure: Measure | undefined): string {
    return measure === undefined ? '' : round(measure.median);
}

function ratio(value: Measure, to: Measure | undefined): string {
    return to === undefined ? '' : (value.median / to.median).toFixed(2);
}

function round(value: number): string {
    if (value >= 100) return Math.round(value).toLocaleString('en');
    return value.toFixed(value >= 10 ? 1 : 2);
}

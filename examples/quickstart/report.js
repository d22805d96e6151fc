/** What became of a run, in a few lines. */
export function describeRun({ status, statusMessage, exitCode, startedAt, finishedAt, stats }) {
    return [
        `${status}: ${statusMessage ?? 'no message'}`,
        `Exit code ${exitCode}, ${((finishedAt - startedAt) / 1000).toFixed(2)} s, at most ${size(stats.memMaxBytes)} of memory`,
    ].join('\n');
}

export function itemTable(items) {
    const rows = items.map(({ sku, title, price, currency, rating, inStock }) => [
        sku,
        title,
        `${price.toFixed(2)} ${currency}`,
        rating.toFixed(1),
        inStock ? 'yes' : 'no',
    ]);
    return table([['Article', 'Title', 'Price', 'Rating', 'In stock'], ...rows], [2, 3]);
}

export function keyTable(keys) {
    return table([['Key', 'Size'], ...keys.map(({ key, size: bytes }) => [key, size(bytes)])], [1]);
}

/** Lines up rows of texts; the columns in `toTheRight` end where the others begin. */
function table(rows, toTheRight) {
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    const pad = (cell, column) =>
        toTheRight.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
    return rows.map((row) => `  ${row.map(pad).join('  ').trimEnd()}`).join('\n');
}

function size(bytes) {
    if (bytes < 1024) return `${bytes} B`;
    return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

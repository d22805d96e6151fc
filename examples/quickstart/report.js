/** Returns the result of a run as text. */
export function formatRun({ status, statusMessage, exitCode, startedAt, finishedAt, stats }) {
    return [
        `${status}: ${statusMessage ?? 'no message'}`,
        `Exit code ${exitCode}, ${((finishedAt - startedAt) / 1000).toFixed(2)} s, peak memory ${formatSize(stats.memMaxBytes)}`,
    ].join('\n');
}

export function formatItems(items) {
    const rows = items.map(({ sku, title, price, currency, rating, inStock }) => [
        sku,
        title,
        `${price.toFixed(2)} ${currency}`,
        rating.toFixed(1),
        inStock ? 'yes' : 'no',
    ]);
    return formatTable([['Article', 'Title', 'Price', 'Rating', 'In stock'], ...rows], [2, 3]);
}

export function formatKeys(keys) {
    return formatTable([['Key', 'Size'], ...keys.map(({ key, size }) => [key, formatSize(size)])], [1]);
}

/** Formats rows of texts as a table. The columns in `rightAligned` are aligned to the right. */
function formatTable(rows, rightAligned) {
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    const pad = (cell, column) =>
        rightAligned.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
    return rows.map((row) => `  ${row.map(pad).join('  ').trimEnd()}`).join('\n');
}

function formatSize(bytes) {
    if (bytes < 1024) return `${bytes} B`;
    return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

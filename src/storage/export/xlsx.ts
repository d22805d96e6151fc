import { EngineError } from '../../errors/engine-error.js';
import type { Item } from '../../model/api/storage.js';
import { type Cell, toRow } from './table.js';
import { escapeText } from './xml.js';
import { writeZip, type ZipEntry } from './zip.js';

/*
 * The smallest workbook that spreadsheet programs open: one sheet, no styles, no shared strings. Rows are written while items are read, so its
 * size does not matter.
 */

const MAX_ROWS = 1_048_576;
const MAX_CELL_LENGTH = 32_767;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const MEDIA = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const FIXED_PARTS: Record<string, string> = {
    '[Content_Types].xml':
        `<Types xmlns="${PACKAGE}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        `<Override PartName="/xl/workbook.xml" ContentType="${MEDIA}.sheet.main+xml"/>` +
        `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${MEDIA}.worksheet+xml"/>` +
        '</Types>',
    '_rels/.rels': relationship('officeDocument', 'xl/workbook.xml'),
    'xl/workbook.xml':
        `<workbook xmlns="${SHEET}" xmlns:r="${DOCUMENT}/relationships">` +
        '<sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': relationship('worksheet', 'worksheets/sheet1.xml'),
};

/** Throws `invalid-value` for more items than a sheet has rows: 1,048,576 with the header. */
export function checkRowCount(count: number): void {
    if (count < MAX_ROWS) return;
    const message =
        `The ${count} items and the header need more than the ${MAX_ROWS} rows of a sheet. ` +
        'Use `limit`, or choose csv.';
    throw new EngineError('invalid-value', message, { details: { items: count, maxRows: MAX_ROWS } });
}

/** Writes a workbook with one sheet. */
export function writeXlsx(batches: AsyncIterable<Item[]>, columns: readonly string[]): AsyncIterable<Uint8Array> {
    const fixed = Object.entries(FIXED_PARTS).map(([name, xml]): ZipEntry => ({
        name,
        content: [Buffer.from(DECLARATION + xml)],
    }));
    return writeZip([...fixed, { name: 'xl/worksheets/sheet1.xml', content: writeSheet(batches, columns) }]);
}

async function* writeSheet(batches: AsyncIterable<Item[]>, columns: readonly string[]): AsyncGenerator<Uint8Array> {
    const letters = columns.map((_, index) => columnLetters(index));
    const row = (number: number, cells: readonly (Cell | undefined)[]): string =>
        `<row r="${number}">${cells.map((cell, index) => cellXml(`${letters[index]}${number}`, cell)).join('')}</row>`;
    let number = 1;
    yield Buffer.from(`${DECLARATION}<worksheet xmlns="${SHEET}"><sheetData>${row(number, columns)}`);
    for await (const items of batches) {
        const rows = items.map((item) => {
            const cells = toRow(item);
            return row(
                ++number,
                columns.map((column) => cells.get(column)),
            );
        });
        yield Buffer.from(rows.join(''));
    }
    yield Buffer.from('</sheetData></worksheet>');
}

function cellXml(reference: string, cell: Cell | undefined): string {
    if (cell === undefined || cell === null || cell === '') return '';
    if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`;
    if (typeof cell === 'boolean') return `<c r="${reference}" t="b"><v>${Number(cell)}</v></c>`;
    const text = escapeText(cell.slice(0, MAX_CELL_LENGTH));
    return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
}

/** Returns the letters of a column: A, B, … Z, AA, AB, … */
function columnLetters(index: number): string {
    const last = String.fromCharCode(65 + (index % 26));
    return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}

function relationship(type: string, target: string): string {
    return (
        `<Relationships xmlns="${PACKAGE}/relationships">` +
        `<Relationship Id="rId1" Type="${DOCUMENT}/relationships/${type}" Target="${target}"/></Relationships>`
    );
}

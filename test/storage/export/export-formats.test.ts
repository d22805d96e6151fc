import { describe, expect, it } from 'vitest';
import type { DownloadOptions, Item, ItemsFormat } from '../../../src/model/api/storage.js';
import { resolveDownload } from '../../../src/storage/dataset/download-options.js';
import { openItemsFile } from '../../../src/storage/export/download.js';
import { readZip } from '../../support/files/read-zip.js';
import { readAllBytes, catchError } from '../../support/storages.js';

async function exportBytes(items: Item[], format: ItemsFormat, options: DownloadOptions = {}): Promise<Buffer> {
    const source = {
        id: 'ds1',
        label: 'my-data',
        link: 'http://localhost/items',
        count: items.length,
        read: async (from: number) => items.slice(from, from + 2),
    };
    const { content } = await openItemsFile(resolveDownload(format, options), source, items.slice(0, 2));
    return readAllBytes(content);
}

async function exportText(items: Item[], format: ItemsFormat, options: DownloadOptions = {}): Promise<string> {
    return String(await exportBytes(items, format, { bom: false, ...options }));
}

describe('items as json and jsonl', () => {
    it('are complete', async () => {
        const items = [{ a: 1, t: 'ä\n' }, { b: [null] }];

        expect(JSON.parse(await exportText(items, 'json'))).toEqual(items);
        expect(await exportText(items, 'jsonl')).toBe('{"a":1,"t":"ä\\n"}\n{"b":[null]}\n');
        expect(await exportText([], 'json')).toBe('[]');
        expect(await exportText([], 'jsonl')).toBe('');
    });

    it('start with a byte order mark if requested', async () => {
        expect((await exportBytes([], 'json', { bom: true })).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
        expect(String(await exportBytes([], 'json'))).toBe('[]');
        expect((await exportBytes([{ a: 1 }], 'csv')).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    });
});

describe('items as csv', () => {
    it('have a column for each field and each nested field', async () => {
        const items = [
            { a: 1, o: { x: true, list: ['p', { q: null }] } },
            { b: 'text', o: {}, e: [] },
        ];

        expect(await exportText(items, 'csv')).toBe(
            ['a,o/x,o/list/0,o/list/1/q,b,o,e', '1,true,p,,,,', ',,,,text,,', ''].join('\r\n'),
        );
    });

    it('are quoted if necessary', async () => {
        const items = [{ 'na,me': 'say "hi"', b: 'two\nlines', c: ' space', d: 'a;b' }];

        expect(await exportText(items, 'csv')).toBe('"na,me",b,c,d\r\n"say ""hi""","two\nlines"," space",a;b\r\n');
        expect(await exportText(items, 'csv', { delimiter: ';', skipHeaderRow: true })).toBe(
            '"say ""hi""";"two\nlines";" space";"a;b"\r\n',
        );
    });

    it('have the selected columns in that order, even if they are empty', async () => {
        const items = [
            { b: { x: 1 }, a: 1 },
            { a: 2, c: 3 },
        ];

        expect(await exportText(items, 'csv', { fields: ['c', 'none', 'b', 'a'] })).toBe(
            'c,none,b/x,a\r\n,,1,1\r\n3,,,2\r\n',
        );
        expect(await exportText(items, 'csv', { fields: ['a', 'c'], outputFields: ['A', 'C'] })).toBe(
            'A,C\r\n1,\r\n2,3\r\n',
        );
        expect(await exportText(items, 'csv', { fields: ['a', 'b'], omit: ['a'] })).toBe('b/x\r\n1\r\n\r\n');
    });

    it('are refused if they have a long delimiter, which each cell would repeat', async () => {
        await expect(exportText([{ a: 1 }], 'csv', { delimiter: ';'.repeat(17) })).rejects.toThrow(
            /up to 16 characters/,
        );
        await expect(exportText([{ a: 1 }], 'xml', { xmlRow: 'a'.repeat(201) })).rejects.toThrow(
            /up to 200 characters/,
        );
    });

    it('are refused if a table cannot hold them', async () => {
        const wide = Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`c${n}`, n]));

        expect(await catchError(() => exportText([wide], 'csv'))).toMatchObject({ code: 'invalid-value' });
        expect(await catchError(() => exportText([{ ['x'.repeat(201)]: 1 }], 'html'))).toMatchObject({
            code: 'invalid-value',
        });
    });
});

describe('items as xml', () => {
    it('become elements as the API documents them', async () => {
        const items = [
            {
                name: 'Paul Newman',
                address: [
                    { '@': { type: 'home' }, street: '21st', city: null },
                    { '@': { type: 'office' }, '#': 'unknown' },
                ],
            },
        ];

        expect(await exportText(items, 'xml')).toBe(
            '<?xml version="1.0" encoding="utf-8"?>\n<items>\n' +
                '<item><name>Paul Newman</name>' +
                '<address type="home"><street>21st</street><city/></address>' +
                '<address type="office">unknown</address></item>\n</items>\n',
        );
    });

    it('are well-formed with any content', async () => {
        const items = [{ '1 <a>': 'x & y < "z" \u0000', '@': { 'b c': `"'&`, 'b-c': 1 }, '': [], o: { '#': 5, k: 1 } }];

        expect(await exportText(items, 'xml', { xmlRoot: 'root', xmlRow: 'row' })).toContain(
            '<root>\n<row b_c="&quot;&#39;&amp;" b-c="1">' +
                '<_1__a_>x &amp; y &lt; &quot;z&quot; </_1__a_><o><k>1</k></o></row>\n</root>',
        );
    });

    it('are written in time that depends only on their size, also if they are deep', async () => {
        let deep: unknown = 'x'.repeat(4_000_000);
        for (let level = 0; level < 900; level += 1) deep = { k: deep, n: null };
        const start = performance.now();

        const text = await exportText([{ deep }], 'xml');

        expect(text).toContain('<n/></k><n/></k>');
        // It took ten times as long when each level copied its contents.
        expect(performance.now() - start).toBeLessThan(2000);
    });

    it('become a feed', async () => {
        const feed = await exportText([{ title: 'A & B', link: 'http://x' }], 'rss');

        expect(feed).toContain('<rss version="2.0"><channel>\n<title>Dataset my-data</title>');
        expect(feed).toContain('<description>Items in dataset with id &quot;ds1&quot;.</description>');
        expect(feed).toContain('<item><title>A &amp; B</title><link>http://x</link></item>\n</channel></rss>\n');
    });
});

describe('items as html', () => {
    it('are a table with escaped content', async () => {
        const page = await exportText([{ '<b>': '<script>alert(1)</script>' }, { n: 0, t: true }], 'html');

        expect(page).toContain('<thead><tr><th>&lt;b&gt;</th><th>n</th><th>t</th></tr></thead>');
        expect(page).toContain('<tr><td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td></td><td></td></tr>');
        expect(page).toContain('<tr><td></td><td>0</td><td>true</td></tr>');
        expect(page).not.toContain('<script>');
    });
});

describe('items as xlsx', () => {
    it('are a workbook with numbers, booleans and strings', async () => {
        const wide = Object.fromEntries(Array.from({ length: 28 }, (_, n) => [`c${n}`, n]));

        const files = readZip(await exportBytes([{ a: 1.5, b: true, c: 'x<y ', d: null }, wide], 'xlsx'));

        expect([...files.keys()]).toEqual([
            '[Content_Types].xml',
            '_rels/.rels',
            'xl/workbook.xml',
            'xl/_rels/workbook.xml.rels',
            'xl/worksheets/sheet1.xml',
        ]);
        const sheet = files.get('xl/worksheets/sheet1.xml')!;
        expect(sheet).toContain('<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve">a</t></is></c>');
        expect(sheet).toContain(
            '<row r="2"><c r="A2"><v>1.5</v></c><c r="B2" t="b"><v>1</v></c>' +
                '<c r="C2" t="inlineStr"><is><t xml:space="preserve">x&lt;y </t></is></c></row>',
        );
        expect(sheet).toContain('<c r="AF3"><v>27</v></c></row></sheetData></worksheet>');
    });

    it('fail as a whole if reading them fails', async () => {
        let reads = 0;
        const source = {
            id: '',
            label: '',
            link: '',
            count: 2,
            read: async () => {
                if (++reads === 3) throw new Error('gone');
                return [{ a: 1 }];
            },
        };

        const { content } = await openItemsFile(resolveDownload('xlsx'), source, [{ a: 1 }]);
        const error = await catchError(() => readAllBytes(content));

        expect(error).toMatchObject({ message: 'gone' });
    });

    it('are refused before the file starts if a sheet has too few rows', async () => {
        const batch = Array.from({ length: 65_536 }, () => ({ a: 1 }));
        const source = (count: number) => ({ id: '', label: '', link: '', count, read: async () => batch });
        const open = (count: number) => openItemsFile(resolveDownload('xlsx', { fields: ['a'] }), source(count), batch);

        await expect(open(1_048_576)).rejects.toMatchObject({
            code: 'invalid-value',
            details: { items: 1_048_576, maxRows: 1_048_576 },
        });
    });
});

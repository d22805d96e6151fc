import { describe, expect, it } from 'vitest';
import { checkSourceFiles } from '../../../src/actors/source/source-files.js';

const check = (entries: unknown) => checkSourceFiles(entries as never);
const refusal = (code: string, part: string) =>
    expect.objectContaining({ code, message: expect.stringContaining(part) });

describe('source files in the shape of the API', () => {
    it('are decoded', () => {
        const { files, folders } = check([
            { name: 'src/main.js', content: 'ä' },
            { name: 'logo.png', format: 'BASE64', content: 'AP8=' },
            { name: 'src/', folder: true },
            { name: 'empty.txt' },
        ]);

        expect(files.map(({ name, content }) => [name, [...content]])).toEqual([
            ['src/main.js', [0xc3, 0xa4]],
            ['logo.png', [0x00, 0xff]],
            ['empty.txt', []],
        ]);
        expect(folders).toEqual(['src']);
    });

    it.each(['/etc/passwd', '../x', 'a/../../x', './x', 'a//b', '', '/', 'a\\b', 'C:x', 'C:/x', 'a\0b', 7])(
        'cannot be named %j',
        (name) => {
            expect(() => check([{ name, content: '' }])).toThrow(
                refusal('actor-source-invalid', 'sourceFiles[0].name'),
            );
        },
    );

    it.each([
        ['no files', []],
        ['a value that is not an array', 'main.js'],
        ['a name twice', [{ name: 'a' }, { name: 'a' }]],
        ['a file that is a folder of another', [{ name: 'a' }, { name: 'a/b' }]],
        ['a file that is a folder of a folder', [{ name: 'a/b', folder: true }, { name: 'a' }]],
        ['content that is not a string', [{ name: 'a', content: 7 }]],
        ['content that is not Base64', [{ name: 'a', format: 'BASE64', content: '*' }]],
        ['an unknown format', [{ name: 'a', format: 'HEX', content: '' }]],
    ])('are refused with %s', (_, entries) => {
        expect(() => check(entries)).toThrow(refusal('actor-source-invalid', ''));
    });

    it('are refused with a key that does not exist', () => {
        expect(() => check([{ name: 'a', contents: '' }])).toThrow(refusal('unknown-option', '`content`'));
    });

    it('may have at most 3 MB in total', () => {
        const half = 'x'.repeat(1.5 * 1024 ** 2);
        const files = [
            { name: 'a', content: half },
            { name: 'b', content: half },
        ];

        expect(check(files).files).toHaveLength(2);
        expect(() => check([...files, { name: 'c', content: 'x' }])).toThrow(refusal('request-too-large', '3145728'));
    });
});

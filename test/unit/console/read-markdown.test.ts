import { describe, expect, it } from 'vitest';
import { readMarkdown } from '../../../src/console/parts/read-markdown.js';

describe('a text in Markdown', () => {
    it('is taken apart', () => {
        const text = '# Title\n\nA **bold** `code`\nline.\n\n- one\n  goes on\n- two\n\n```js\n# no title\n```\n';

        expect(readMarkdown(text)).toEqual([
            { type: 'heading', level: 1, pieces: [{ look: 'plain', text: 'Title' }] },
            {
                type: 'paragraph',
                pieces: [
                    { look: 'plain', text: 'A ' },
                    { look: 'bold', text: 'bold' },
                    { look: 'plain', text: ' ' },
                    { look: 'code', text: 'code' },
                    { look: 'plain', text: ' line.' },
                ],
            },
            {
                type: 'list',
                isOrdered: false,
                items: [[{ look: 'plain', text: 'one goes on' }], [{ look: 'plain', text: 'two' }]],
            },
            { type: 'code', text: '# no title' },
        ]);
    });

    it('has links to the web, and to nothing else', () => {
        const [block] = readMarkdown('[a](https://a.test) [b](javascript:hurt) [c](/v2/acts)');

        expect(block).toMatchObject({
            pieces: [
                { look: 'link', href: 'https://a.test' },
                {},
                { look: 'plain', text: 'b' },
                {},
                { look: 'plain', text: 'c' },
            ],
        });
    });

    it('that never closes its code is code to the end', () => {
        expect(readMarkdown('```\nfor ever')).toEqual([{ type: 'code', text: 'for ever' }]);
    });
});

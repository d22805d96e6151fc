import { describe, expect, it } from 'vitest';
import { parseRequests } from '../../src/cli/commands/queue.js';

describe('Handwritten requests', () => {
    it.each([
        [
            'a URL on each line',
            'https://a.example\r\n\n# later\n https://b.example \n',
            ['https://a.example', 'https://b.example'],
        ],
        ['an array of URLs', '["https://a.example"]', ['https://a.example']],
        ['an object', '{ "url": "https://a.example" }', ['https://a.example']],
        ['nothing', '\n', []],
    ])('may be %s', (_, text, urls) => {
        expect(parseRequests(text, 'urls.txt').map(({ url }) => url)).toEqual(urls);
    });

    it('keep their other properties from a JSON array', () => {
        expect(parseRequests('[{"url":"https://a.example","method":"POST"}]', 'x')).toEqual([
            { url: 'https://a.example', method: 'POST' },
        ]);
    });

    it.each([
        [
            'https://a.example\na.example',
            /^Line 2 of urls\.txt: 'a\.example' is not an http or https URL\. Did you mean `https:\/\/a\.example`\?$/,
        ],
        ['ftp://a.example', /is not an http or https URL\.$/],
        ['["https://a.example", 5]', /^Request 2 of urls\.txt is 5, but must be a URL or an object with a `url`/],
        ['[{"uri":"x"}]', /^Request 1 of urls\.txt is an object, but must be/],
        ['["https://a.example"', /is not valid JSON/],
    ])('are rejected if invalid: %j', (text, message) => {
        expect(() => parseRequests(text, 'urls.txt')).toThrow(message);
    });
});

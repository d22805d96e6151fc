import { describe, expect, it } from 'vitest';
import { createNetwork, type Network, type NetworkRules } from 'greenroom/testing';
import type { NetworkContext } from 'greenroom';

const CONTEXT: NetworkContext = {
    sender: 'actor',
    run: { id: 'run1', actId: 'act1', userId: 'user1', buildNumber: '0.0.1' },
};

async function request(network: Network, url: string, init?: RequestInit): Promise<unknown> {
    const response = await network(new Request(url, init), CONTEXT);
    return response && [response.status, response.headers.get('content-type'), await response.text()];
}

describe('createNetwork', () => {
    it.each<[description: string, rule: NetworkRules[string], answer: unknown]>([
        ['markup as HTML', ' <p>Hi</p>', [200, 'text/html; charset=utf-8', ' <p>Hi</p>']],
        ['other text as plain text', 'Hi', [200, 'text/plain; charset=utf-8', 'Hi']],
        ['an object as JSON', { a: 1 }, [200, 'application/json', '{"a":1}']],
        ['an array as JSON', [1], [200, 'application/json', '[1]']],
        ['bytes unchanged', Buffer.from('raw'), [200, null, 'raw']],
        ['a response unchanged', new Response('x', { status: 404 }), [404, 'text/plain;charset=UTF-8', 'x']],
        [
            'the result of a function',
            async ({ url }: Request) => ({ url }),
            [200, 'application/json', '{"url":"https://a.example/"}'],
        ],
        ['nothing if a function returns undefined', () => undefined, undefined],
    ])('answers each request with %s', async (_description, rule, answer) => {
        const network = createNetwork({ 'https://a.example/': rule });

        expect([await request(network, 'https://a.example/'), await request(network, 'https://a.example/')]).toEqual([
            answer,
            answer,
        ]);
    });

    it.each([
        ['https://a.example/x', 'https://a.example/x', true],
        ['https://a.example/x', 'https://a.example/x?page=2', true],
        ['https://a.example/x?page=2', 'https://a.example/x?page=2', true],
        ['https://a.example/x?page=2', 'https://a.example/x?page=3', false],
        ['https://a.example/x?page=*', 'https://a.example/x?page=3', true],
        ['https://a.example/x?page=2', 'https://a.example/x', false],
        ['https://a.example/x', 'https://a.example/x/y', false],
        ['https://a.example/x', 'http://a.example/x', false],
        ['https://a.example', 'https://a.example/', true],
        ['https://a.example', 'https://a.example/x', false],
        ['https://a.example/*', 'https://a.example/x/y', true],
        ['https://a.example/*/y', 'https://a.example/x/y', true],
        ['https://A.Example:443/x', 'https://a.example/x', true],
        ['https://a.example/a.c', 'https://a.example/abc', false],
        ['https://a.example/ä b', 'https://a.example/%C3%A4%20b', true],
        ['https://*.example/', 'https://shop.a.example/', true],
        ['https://*.example/', 'https://a.invalid/x.example/', false],
        ['*://a.example/', 'http://a.example/', true],
        ['http://127.0.0.1:*/x', 'http://127.0.0.1:4000/x', true],
        ['*', 'https://anything.example/x?y', true],
        ['GET https://a.example/x', 'https://a.example/x', true],
        ['POST https://a.example/x', 'https://a.example/x', false],
        ['POST *', 'https://a.example/x', false],
    ])('matches %s against %s: %s', async (pattern, url, isMatch) => {
        const answer = await request(createNetwork({ [pattern]: 'yes' }), url);

        expect(answer !== undefined).toBe(isMatch);
    });

    it('answers with the last matching rule', async () => {
        const network = createNetwork({ 'https://a.example/*': 'all', 'https://a.example/x': 'one' });
        network.use({ 'GET https://a.example/y': 'later' });

        const answers = [];
        for (const path of ['x', 'y', 'z']) answers.push(await request(network, `https://a.example/${path}`));

        expect(answers.map((answer) => (answer as string[])[2])).toEqual(['one', 'later', 'all']);
    });

    it('falls back to the previous rule if a function returns undefined, even after it has read the body', async () => {
        const network = createNetwork({ 'POST *': async (request) => `said ${await request.text()}` });
        network.use({ 'POST *': async (request) => ((await request.text()) === 'secret' ? 'known' : undefined) });

        const init = (body: string) => ({ method: 'POST', body });
        expect(await request(network, 'https://a.example/', init('secret'))).toContain('known');
        expect(await request(network, 'https://a.example/', init('other'))).toContain('said other');
        expect(network.requests.map(({ rule }) => rule)).toEqual(['POST *', 'POST *']);
    });

    it('records all requests, and the unanswered ones', async () => {
        const network = createNetwork({ 'https://a.example/': 'a' });

        await request(network, 'https://a.example/', { method: 'PUT', body: 'sent' });
        await request(network, 'https://b.example/');

        const first = { method: 'PUT', url: 'https://a.example/', runId: 'run1', rule: 'https://a.example/' };
        const second = { method: 'GET', url: 'https://b.example/', runId: 'run1', rule: undefined };
        expect(network.requests).toMatchObject([first, second]);
        expect(await network.requests[0]!.request.text()).toBe('sent');
        expect(network.unanswered).toMatchObject([second]);

        network.clear();

        expect(network.requests).toEqual([]);
        expect(() => network.verify()).not.toThrow();
    });

    it('reports each unanswered request with the most similar rule', async () => {
        const network = createNetwork({ 'GET https://a.example/items': [], 'https://far.example/somewhere/else': 'x' });
        await request(network, 'https://a.example/itens');
        await request(network, 'https://far.example/');
        await request(network, 'https://b.example/quite/another/thing');

        const lines = [
            "- GET https://a.example/itens (run run1). Most similar rule: 'GET https://a.example/items'.",
            "- GET https://far.example/ (run run1). Most similar rule: 'https://far.example/somewhere/else'.",
            '- GET https://b.example/quite/another/thing (run run1)',
        ];
        expect(() => network.verify()).toThrow(
            expect.objectContaining({
                code: 'network-unanswered',
                message: expect.stringMatching(/^3 requests were not answered/),
            }) as Error,
        );
        expect(() => network.verify()).toThrow(lines.join('\n'));
    });

    it.each([
        [{ 'a.example/x': 'x' }, /'a\.example\/x' lacks `https:\/\/`/],
        [{ 'htps://a.example/x': 'x' }, /has no URL that starts with `http:\/\/` or `https:\/\/`/],
        [{ '/x': 'x' }, /has no URL/],
        [{ '': 'x' }, /has no URL/],
        [{ 'get https://a.example/': 'x' }, /starts with 'get', which is not one of .*Did you mean `GET`\?/],
        [{ 'GETT https://a.example/': 'x' }, /Did you mean `GET`\?/],
        [{ 'https://a.example/': 404 }, /rules\['https:\/\/a\.example\/'\].* is 404, but must be a string/],
        [{ 'https://a.example/': undefined }, /is undefined, but must be/],
        ['https://a.example/', /must be an object of rules/],
    ])('rejects %o', (rules, message) => {
        expect(() => createNetwork(rules as never)).toThrow(
            expect.objectContaining({ code: 'invalid-value', message: expect.stringMatching(message) }) as Error,
        );
    });
});

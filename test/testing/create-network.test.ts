import { describe, expect, it } from 'vitest';
import { createNetwork, type Network, type NetworkRules } from 'greenroom/testing';
import type { NetworkContext } from 'greenroom';

const CONTEXT: NetworkContext = {
    sender: 'actor',
    run: { id: 'run1', actId: 'act1', userId: 'user1', buildNumber: '0.0.1' },
};

async function ask(network: Network, url: string, init?: RequestInit): Promise<unknown> {
    const response = await network(new Request(url, init), CONTEXT);
    return response && [response.status, response.headers.get('content-type'), await response.text()];
}

describe('a network of rules', () => {
    it.each<[what: string, rule: NetworkRules[string], answer: unknown]>([
        ['markup as HTML', ' <p>Hi</p>', [200, 'text/html; charset=utf-8', ' <p>Hi</p>']],
        ['other text as such', 'Hi', [200, 'text/plain; charset=utf-8', 'Hi']],
        ['an object as JSON', { a: 1 }, [200, 'application/json', '{"a":1}']],
        ['an array as JSON', [1], [200, 'application/json', '[1]']],
        ['bytes as they are', Buffer.from('raw'), [200, null, 'raw']],
        ['a response as it is', new Response('x', { status: 404 }), [404, 'text/plain;charset=UTF-8', 'x']],
        [
            'what a function returns',
            async ({ url }: Request) => ({ url }),
            [200, 'application/json', '{"url":"https://a.example/"}'],
        ],
        ['nothing where a function returns nothing', () => undefined, undefined],
    ])('answers with %s, each time', async (_what, rule, answer) => {
        const network = createNetwork({ 'https://a.example/': rule });

        expect([await ask(network, 'https://a.example/'), await ask(network, 'https://a.example/')]).toEqual([
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
    ])('takes %s for %s: %s', async (pattern, url, isMatch) => {
        const answer = await ask(createNetwork({ [pattern]: 'yes' }), url);

        expect(answer !== undefined).toBe(isMatch);
    });

    it('goes by the last rule that matches', async () => {
        const network = createNetwork({ 'https://a.example/*': 'all', 'https://a.example/x': 'one' });
        network.use({ 'GET https://a.example/y': 'later' });

        const answers = [];
        for (const path of ['x', 'y', 'z']) answers.push(await ask(network, `https://a.example/${path}`));

        expect(answers.map((answer) => (answer as string[])[2])).toEqual(['one', 'later', 'all']);
    });

    it('goes on to the rule before where a function returns nothing, also when it has read the body', async () => {
        const network = createNetwork({ 'POST *': async (request) => `said ${await request.text()}` });
        network.use({ 'POST *': async (request) => ((await request.text()) === 'secret' ? 'known' : undefined) });

        const init = (body: string) => ({ method: 'POST', body });
        expect(await ask(network, 'https://a.example/', init('secret'))).toContain('known');
        expect(await ask(network, 'https://a.example/', init('other'))).toContain('said other');
        expect(network.requests.map(({ rule }) => rule)).toEqual(['POST *', 'POST *']);
    });

    it('remembers what it was asked, and what of it had no answer', async () => {
        const network = createNetwork({ 'https://a.example/': 'a' });

        await ask(network, 'https://a.example/', { method: 'PUT', body: 'sent' });
        await ask(network, 'https://b.example/');

        const first = { method: 'PUT', url: 'https://a.example/', runId: 'run1', rule: 'https://a.example/' };
        const second = { method: 'GET', url: 'https://b.example/', runId: 'run1', rule: undefined };
        expect(network.requests).toMatchObject([first, second]);
        expect(await network.requests[0]!.request.text()).toBe('sent');
        expect(network.unanswered).toMatchObject([second]);

        network.clear();

        expect(network.requests).toEqual([]);
        expect(() => network.verify()).not.toThrow();
    });

    it('tells each request that had no answer, and the rule that is nearest', async () => {
        const network = createNetwork({ 'GET https://a.example/items': [], 'https://far.example/somewhere/else': 'x' });
        await ask(network, 'https://a.example/itens');
        await ask(network, 'https://far.example/');
        await ask(network, 'https://b.example/quite/another/thing');

        const lines = [
            "- GET https://a.example/itens (run run1). The nearest rule is 'GET https://a.example/items'.",
            "- GET https://far.example/ (run run1). The nearest rule is 'https://far.example/somewhere/else'.",
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
        [{ 'a.example/x': 'x' }, /'a\.example\/x' lacks its `https:\/\/`/],
        [{ 'htps://a.example/x': 'x' }, /has no URL that begins with `http:\/\/` or `https:\/\/`/],
        [{ '/x': 'x' }, /has no URL/],
        [{ '': 'x' }, /has no URL/],
        [{ 'get https://a.example/': 'x' }, /begins with 'get', which is no method.*Did you mean `GET`\?/],
        [{ 'GETT https://a.example/': 'x' }, /Did you mean `GET`\?/],
        [{ 'https://a.example/': 404 }, /rules\['https:\/\/a\.example\/'\].* is 404, but must be a text/],
        [{ 'https://a.example/': undefined }, /is undefined, but must be/],
        ['https://a.example/', /must be an object of rules/],
    ])('refuses %o', (rules, message) => {
        expect(() => createNetwork(rules as never)).toThrow(
            expect.objectContaining({ code: 'invalid-value', message: expect.stringMatching(message) }) as Error,
        );
    });
});

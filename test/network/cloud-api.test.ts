import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { connect, Server, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import type { Engine, RunHandle } from 'greenroom';

/** A server on loopback that responds with the request that it received. */
async function echoServer(): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((request: IncomingMessage, response) => {
        asked.push(`${request.method} ${request.url}`);
        response.end('echo');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
        server.closeAllConnections();
        server.close();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function outputOf(engine: Engine, source: string, input?: unknown): Promise<unknown> {
    const run = await engine.call(await addSource(engine, source), input);
    return run.status === 'SUCCEEDED' ? run.output() : { failed: run.statusMessage, log: await run.log.text() };
}

describe('requests to the API of the platform', () => {
    it.each([
        ['fetch', `const ask = async (url) => (await fetch(url)).json();`],
        [
            'node:https',
            `import https from 'node:https';
            const ask = (url) => new Promise((resolve, reject) => {
                https.get(url, (response) => {
                    let text = '';
                    response.on('data', (data) => { text += data; }).on('end', () => resolve(JSON.parse(text)));
                }).on('error', reject);
            });`,
        ],
        [
            'a library that is required late',
            `import { createRequire } from 'node:module';
            const ask = (url) => new Promise((resolve, reject) => {
                createRequire(import.meta.url)('https').get(url, (response) => {
                    let text = '';
                    response.on('data', (data) => { text += data; }).on('end', () => resolve(JSON.parse(text)));
                }).on('error', reject);
            });`,
        ],
    ])('are handled by the engine, sent with %s', async (_how, ask) => {
        const engine = await makeEngine({ username: 'somebody' });

        const output = await outputOf(
            engine,
            `${ask} export default async () => (await ask('https://api.apify.com/v2/users/me')).data.username;`,
        );

        expect(output).toBe('somebody');
    });

    it('start runs of the engine only', async () => {
        const engine = await makeEngine();
        await addSource(engine, 'export default ({ input }) => ({ got: input });', 'callee');
        const caller = await addSdkActor(
            engine,
            `import { Actor } from 'apify';
            import { ApifyClient } from 'apify-client';
            await Actor.init();
            const run = await new ApifyClient({ token: 'apify_api_of_somebody' }).actor('callee').call({ a: 1 });
            const record = await new ApifyClient().keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
            await Actor.pushData({ status: run.status, output: record.value });
            await Actor.exit();`,
            { packages: ['apify', 'apify-client'] },
        );

        const run = await engine.call(caller);

        expect(await run.items()).toEqual([{ status: 'SUCCEEDED', output: { got: { a: 1 } } }]);
    });
});

describe('the option `network`', () => {
    const TRIES = `export default async ({ input }) => {
        const results = [];
        for (const url of input.urls) {
            results.push(await fetch(url).then(async (response) => response.text(), (error) => String(error.cause?.message ?? error)));
        }
        return results;
    };`;

    it.each([
        ['allows this machine by default', undefined, 'echo'],
        ['allows only this machine', 'loopback' as const, 'echo'],
        ['allows nothing', 'block' as const, expect.stringContaining("`network: 'block'`")],
    ])('%s', async (_what, network, expected) => {
        const engine = await makeEngine({ network });
        const { url } = await echoServer();

        expect(await outputOf(engine, TRIES, { urls: [url] })).toEqual([expected]);
    });

    it('blocks other hosts and reports it', async () => {
        const engine = await makeEngine({ network: 'loopback' });

        const output = await outputOf(engine, TRIES, { urls: ['http://shop.example.invalid/'] });

        expect(output).toEqual([expect.stringMatching(/shop\.example\.invalid.*`network: 'loopback'`/s)]);
    });
});

describe('the proxy', () => {
    const ASKS = `import { Actor } from 'apify';
        import { gotScraping } from '@crawlee/utils';
        await Actor.init();
        const { url } = await Actor.getInput();
        const proxy = await Actor.createProxyConfiguration({ checkAccess: true, groups: ['RESIDENTIAL'], countryCode: 'US' });
        const proxyUrl = await proxy.newUrl('session1');
        const { body } = await gotScraping({ url, proxyUrl });
        console.log(proxyUrl);
        await Actor.pushData({ body, user: new URL(proxyUrl).username });
        await Actor.exit();`;

    async function runAsking(engine: Engine, url: string): Promise<RunHandle> {
        return engine.call(await addSdkActor(engine, ASKS, { packages: ['apify', '@crawlee/utils'] }), { url });
    }

    it('forwards what an Actor sends through it, and hides its password', async () => {
        const engine = await makeEngine();
        const { url, asked } = await echoServer();

        const run = await runAsking(engine, `${url}/page`);

        expect(run.status).toBe('SUCCEEDED');
        expect(await run.items()).toEqual([{ body: 'echo', user: 'groups-RESIDENTIAL,session-session1,country-US' }]);
        expect(asked).toEqual(['GET /page']);
        expect(await run.log.text()).toMatch(/http:\/\/groups-RESIDENTIAL,session-session1,country-US:\*\*\*@127/);
    });

    it('listens only from the start of an Actor that mentions a proxy until the engine closes', async () => {
        const engine = await makeEngine();
        const { url } = await echoServer();
        const listen = vi.spyOn(Server.prototype, 'listen');
        onTestFinished(() => listen.mockRestore());
        const plain = await addSdkActor(
            engine,
            `import { Actor } from 'apify'; await Actor.init(); await Actor.pushData({ a: 1 }); await Actor.exit();`,
        );

        await engine.call(plain);
        expect(listen).not.toHaveBeenCalled();

        const run = await runAsking(engine, url);
        await runAsking(engine, url);
        expect(listen).toHaveBeenCalledTimes(1);

        const [, port] = /@127\.0\.0\.1:(\d+)/.exec(await run.log.text())!;
        await engine.close();
        await expect(once(connect(Number(port), '127.0.0.1'), 'connect')).rejects.toMatchObject({
            code: 'ECONNREFUSED',
        });
    });

    it('can be turned off', async () => {
        const engine = await makeEngine({ proxy: false });

        const run = await runAsking(engine, 'http://127.0.0.1:9/');

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toContain('Apify Proxy password must be provided');
    });

    it('can be a real one', async () => {
        const engine = await makeEngine({ proxy: 'http://auto:its%20password@127.0.0.1:8123' });
        const actor = await addSdkActor(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const proxy = await Actor.createProxyConfiguration({ checkAccess: false });
            await Actor.pushData({ url: await proxy.newUrl() });
            await Actor.exit();`,
        );

        const run = await engine.call(actor);

        expect(await run.items()).toEqual([{ url: 'http://auto:its%20password@127.0.0.1:8123' }]);
    });
});

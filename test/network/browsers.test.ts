import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import type { EngineOptions, NetworkHandler, RunHandle } from 'greenroom';

/** Opens URLs in a browser, over its DevTools port; `{own}` is a server of the Actor. */
const OPENS = `
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';

export default async ({ input: { browser, urls } }) => {
    const own = createServer((request, response) => response.end('own ' + request.url)).listen(0);
    await once(own, 'listening');
    const child = spawn(process.execPath, [browser, '--remote-debugging-port=0', '--proxy-server=10.0.0.1:80']);
    child.stderr.setEncoding('utf8');
    let text = '';
    for await (const chunk of child.stderr) if ((text += chunk).includes('/devtools')) break;
    const { host } = new URL(/ws:\\S+/.exec(text)[0]);
    const texts = [];
    for (const url of urls) {
        const query = new URLSearchParams({ url: url.replace('{own}', '127.0.0.1:' + own.address().port) });
        if (url.includes('vendor')) query.set('sec-fetch-site', 'none');
        if (url.includes('socket')) query.set('upgrade', 'websocket'), query.set('connection', 'upgrade');
        texts.push(await (await fetch('http://' + host + '/?' + query)).text());
    }
    child.kill();
    own.close();
    if (texts.includes('ECONNRESET')) throw new Error(texts.join());
    return texts;
};`;

async function open(urls: readonly string[], options: EngineOptions): Promise<RunHandle> {
    const engine = await makeEngine(options);
    const browser = join(ROOT, 'test/fixtures/network/fake-browser.js');
    return engine.call(await addSource(engine, OPENS), { browser, urls });
}

describe('a browser of an Actor', () => {
    it.each(['thread', 'process'] as const)('loads its pages from the handler (%s)', async (isolation) => {
        const asked: string[] = [];
        const network: NetworkHandler = ({ url }) => {
            asked.push(url);
            return new Response(`handled ${url}`);
        };
        const pages = ['http://shop.example/a', 'https://shop.example/b', 'http://localhost:1/c'];
        const others = ['http://{own}/d', 'https://vendor.example/updates', 'http://shop.example/favicon.ico'];

        const run = await open([...pages, ...others], { network, isolation });

        const log = await run.log.text();
        expect(run.status, log).toBe('SUCCEEDED');
        expect(await run.output()).toEqual([...pages.map((url) => `handled ${url}`), 'own /d', '404', '404']);
        expect(asked).toEqual(pages);
    });

    it('cannot open websockets under a handler, which the log says', async () => {
        const run = await open(['https://shop.example/socket'], { network: () => new Response('') });

        expect(await run.log.text()).toContain(
            "may not connect to shop.example:443: the engine's option `network` is a handler",
        );
    });

    it.each(['block', 'loopback'] as const)(
        'is refused under `%s`, which log and status message say',
        async (network) => {
            const run = await open(['http://shop.example/a', 'https://shop.example/b'], { network });

            const log = await run.log.text();
            const reason = `The Actor may not connect to shop.example:80: the engine's option \`network: '${network}'\` allows only`;
            expect(run.status).toBe('FAILED');
            expect(run.statusMessage).toContain(reason);
            expect(log).toContain(reason);
            expect(log).toContain(reason.replace('80', '443'));
        },
    );

    it('is named in the log if it cannot be controlled', async () => {
        const engine = await makeEngine({ network: () => new Response('') });
        const commands = `
            import { execFile, exec, spawnSync } from 'node:child_process';
            const started = (child) => new Promise((resolve) => child.on('error', resolve).on('exit', resolve));
            export default async () => {
                for (let count = 0; count < 2; count += 1) await started(execFile('/nowhere/firefox', ['https://shop.example']));
                await started(exec('/nowhere/google-chrome --headless https://shop.example'));
                await started(execFile('/nowhere/other', ['https://shop.example/chrome']));
                spawnSync('/nowhere/chromium', ['--headless']);
            };`;

        const run = await engine.call(await addSource(engine, commands));

        const log = await run.log.text();
        const named = [...log.matchAll(/does not control `([^`]+)`/g)].map(([, name]) => name);
        expect(named, log).toEqual(['/nowhere/firefox', '/bin/sh', '/nowhere/chromium']);
    });
});

/** A browser whose pages pass a proxy in the thread of its Actor, as in Crawlee. */
const OPENS_BY_PROXY = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';

export default async ({ input: { browser, urls } }) => {
    const proxy = createServer().listen(0, '127.0.0.1');
    proxy.on('connect', ({ url }, socket) => {
        const [host, port] = url.split(':');
        const target = connect(Number(port), host, () => {
            socket.write('HTTP/1.1 200 Established\\r\\n\\r\\n');
            socket.pipe(target).pipe(socket);
        });
        target.on('error', () => socket.destroy());
        socket.on('error', () => target.destroy());
    });
    await once(proxy, 'listening');
    const child = spawn(process.execPath, [browser, '--host-resolver-rules=MAP * 127.0.0.1:' + proxy.address().port]);
    child.stderr.setEncoding('utf8');
    let text = '';
    for await (const chunk of child.stderr) if ((text += chunk).includes('/devtools')) break;
    const { host } = new URL(/ws:\\S+/.exec(text)[0]);
    const texts = [];
    for (const url of urls) texts.push(await (await fetch('http://' + host + '/?' + new URLSearchParams({ url }))).text());
    child.kill();
    proxy.close();
    return texts;
};`;

describe('a browser of an Actor on an open network', () => {
    const urls = ['https://api.apify.com/v2/browser-info', 'https://api.apify.com/v2/acts/nobody~nothing'];
    const programs = { 'by itself': OPENS, 'by a proxy of the Actor': OPENS_BY_PROXY };

    it.each(
        (['thread', 'process'] as const).flatMap((isolation) =>
            (Object.keys(programs) as (keyof typeof programs)[]).map((how) => [how, isolation] as const),
        ),
    )('loads pages of the API from the engine %s (%s)', async (how, isolation) => {
        const engine = await makeEngine({ isolation });
        const browser = join(ROOT, 'test/fixtures/network/fake-browser.js');

        const run = await engine.call(await addSource(engine, programs[how]), { browser, urls });

        expect(run.status, await run.log.text()).toBe('SUCCEEDED');
        const [info, missing] = (await run.output()) as string[];
        expect(JSON.parse(info!)).toMatchObject({ method: 'GET', headers: { host: 'api.apify.com' } });
        expect(JSON.parse(missing!)).toMatchObject({ error: { type: 'record-not-found' } });
    });

    it('keeps the arguments that the Actor has set', async () => {
        const engine = await makeEngine({ network: 'allow' });
        const prints = `import { spawn } from 'node:child_process';
            export default async () => {
                const rules = ['--host-resolver-rules=MAP a.example b.example', '--proxy-server=10.0.0.1:80'];
                const child = spawn(process.execPath, ['-p', 'process.argv', 'browser', '--remote-debugging-port=0', ...rules]);
                let text = '';
                for await (const chunk of child.stdout) text += chunk;
                return text;
            };`;

        const run = await engine.call(await addSource(engine, prints));

        const text = String(await run.output());
        expect(text).toMatch(/--host-resolver-rules=MAP greenroom\.invalid 127\.0\.0\.1:\d+,MAP a\.example b\.example/);
        expect(text).toContain('--proxy-server=10.0.0.1:80');
        expect(text).not.toContain('api.apify.com');
    });
});

describe('a status message', () => {
    it.each([
        ['fails', `process.exit(1)`, /exit code 1\. The Actor may not connect to shop\.example:443: .*'block'/],
        [
            'crawls nothing',
            `await Actor.exit('Finished! Total 1 requests: 0 succeeded, 1 failed.')`,
            /failed\. The Actor may not/,
        ],
        ['succeeds', `await Actor.exit('Done')`, /^Done$/],
    ])('names the connection that was refused if the run %s', async (_name, end, message) => {
        const engine = await makeEngine({ network: 'block' });
        const source = `import { Actor } from 'apify';
            await Actor.init();
            await fetch('https://shop.example').catch(() => {});
            ${end};`;

        const run = await engine.call(await addSource(engine, source));

        expect(run.statusMessage).toMatch(message);
    });
});

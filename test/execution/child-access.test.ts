import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../support/files/temp-dir.js';
import { isAlive } from '../support/processes/process-state.js';
import { waitUntil } from '../support/wait-until.js';
import { makeEngine } from '../support/make-engine.js';
import type { AddressInfo } from 'node:net';
import type { Engine } from 'greenroom';

/** Pushes an item over HTTP, as a program without the SDK does. */
const PUSH = `
    const { APIFY_API_BASE_URL, ACTOR_DEFAULT_DATASET_ID, APIFY_TOKEN } = process.env;
    const push = async (item) => {
        const response = await fetch(APIFY_API_BASE_URL + 'v2/datasets/' + ACTOR_DEFAULT_DATASET_ID + '/items', {
            method: 'POST',
            headers: { authorization: 'Bearer ' + APIFY_TOKEN, 'content-type': 'application/json' },
            body: JSON.stringify(item),
        });
        if (!response.ok) throw new Error(await response.text());
    };`;
const CHILD = `${PUSH} push({ from: process.argv.at(-1), isLocal: APIFY_API_BASE_URL.startsWith('http://127.0.0.1:') });`;

/** Registers a folder with these files and calls it; throws if the run fails. */
async function callFolder(engine: Engine, files: Readonly<Record<string, string>>, input?: unknown) {
    const directory = join(await tempDir('greenroom-children-'), 'parent');
    await mkdir(directory);
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    const run = await engine.call((await engine.addActor(directory)).id, input);
    expect([run.status, await run.log.text()]).toEqual(['SUCCEEDED', expect.anything()]);
    return { run, directory };
}

describe.each(['thread', 'pooled', 'process'] as const)('with isolation `%s`', (isolation) => {
    it('processes of an Actor reach an engine that does not listen', async () => {
        const engine = await makeEngine({ isolation });
        const { run } = await callFolder(engine, {
            'child.cjs': CHILD,
            'main.mjs': `import { execFileSync, fork } from 'node:child_process';
                import { once } from 'node:events';
                execFileSync(process.execPath, [process.cwd() + '/child.cjs', 'waited for']);
                const [code] = await once(fork(process.cwd() + '/child.cjs', ['forked']), 'exit');
                process.exit(code);`,
            'package.json': '{ "main": "main.mjs" }',
        });

        expect(await run.items()).toEqual([
            { from: 'waited for', isLocal: true },
            { from: 'forked', isLocal: true },
        ]);
    });

    it('threads of an Actor have its directory and reach the engine, and nothing else if the network is blocked', async () => {
        const outside = createServer((_, response) => response.end('outside')).listen(0, '127.0.0.1');
        onTestFinished(() => void outside.close());
        await once(outside, 'listening');
        const engine = await makeEngine({ isolation, network: 'block' });
        const { run, directory } = await callFolder(
            engine,
            {
                'thread.mjs': `${PUSH}
                    import { Worker, isMainThread, workerData } from 'node:worker_threads';
                    const { outside, depth } = workerData;
                    const reach = (url) => fetch(url, { headers: { authorization: 'Bearer ' + APIFY_TOKEN } }).then(
                        async (response) => response.status,
                        ({ cause }) => cause.code,
                    );
                    const cloud = await reach('https://api.apify.com/v2/users/me');
                    const { execArgv } = process;
                    await push({ depth, cwd: process.cwd(), execArgv, cloud, outside: await reach(outside) });
                    if (depth < 2) new Worker(new URL(import.meta.url), { workerData: { outside, depth: depth + 1 } });`,
                'main.mjs': `import { Worker } from 'node:worker_threads';
                    import { once } from 'node:events';
                    import { Actor } from 'apify';
                    const outside = await Actor.getInput();
                    const code = ${JSON.stringify(CHILD)};
                    await once(new Worker(code, { eval: true, argv: ['evaluated'], env: { ...process.env } }), 'exit');
                    const workerData = { outside, depth: 1 };
                    const worker = new Worker(new URL('./thread.mjs', import.meta.url), { workerData });
                    process.exit((await once(worker, 'exit'))[0]);`,
                'package.json': '{ "main": "main.mjs" }',
            },
            `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`,
        );

        const seen = { cwd: directory, execArgv: [], cloud: 200, outside: 'ERR_NETWORK_FORBIDDEN' };
        expect(await run.items()).toEqual([
            { from: 'evaluated', isLocal: true },
            { depth: 1, ...seen },
            { depth: 2, ...seen },
        ]);
    });
});

describe('a thread of an Actor', () => {
    it.runIf(process.platform === 'linux')('starts processes that end with the run', async () => {
        const engine = await makeEngine();
        const { run } = await callFolder(engine, {
            'thread.mjs': `import { spawn } from 'node:child_process';
                import { parentPort } from 'node:worker_threads';
                const { pid } = spawn('sleep', ['1000'], { stdio: 'ignore' });
                parentPort.postMessage(pid);`,
            'main.mjs': `import { Worker } from 'node:worker_threads';
                import { once } from 'node:events';
                const worker = new Worker(new URL('./thread.mjs', import.meta.url));
                console.log('pid ' + (await once(worker, 'message'))[0]);
                process.exit(0);`,
            'package.json': '{ "main": "main.mjs" }',
        });
        const pid = Number(/pid (\d+)/.exec(await run.log.text())?.[1]);

        expect(pid).toBeGreaterThan(1);
        await waitUntil('the process to be gone', () => !isAlive(pid));
    });

    it.each(['thread', 'pooled', 'process'] as const)(
        'ends the run, not the host, by killing its process, with isolation `%s`',
        async (isolation) => {
            const engine = await makeEngine({ isolation });
            const kill = `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1e6);`;
            const nested = `new (require('node:worker_threads').Worker)(${JSON.stringify(kill)}, { eval: true });`;
            await engine.addActor({
                name: 'killer',
                source: `import { Worker } from 'node:worker_threads';
                    new Worker(${JSON.stringify(nested)}, { eval: true });
                    setInterval(() => {}, 1e6);`,
            });
            const run = await engine.call('killer');

            expect(run).toMatchObject({ status: 'FAILED', exitCode: 137 });
        },
    );

    it('that sends a signal reaches the listeners of the Actor', async () => {
        const engine = await makeEngine();
        await engine.addActor({
            name: 'listener',
            source: `import { Worker } from 'node:worker_threads';
                process.on('SIGTERM', (signal) => {
                    console.log('received ' + signal);
                    process.exit(3);
                });
                new Worker('process.kill(process.pid)', { eval: true });
                setInterval(() => {}, 1e6);`,
        });
        const run = await engine.call('listener');

        expect([run.exitCode, await run.log.text()]).toEqual([3, expect.stringContaining('received SIGTERM')]);
    });

    it('that shares the environment of the Actor reaches the engine', async () => {
        const engine = await makeEngine();
        await engine.addActor({
            name: 'sharing',
            source: `import { Worker, SHARE_ENV } from 'node:worker_threads';
                import { once } from 'node:events';
                const code = ${JSON.stringify(`${PUSH} push({ from: 'sharing' });`)};
                await once(new Worker(code, { eval: true, env: SHARE_ENV }), 'exit');`,
        });
        const run = await engine.call('sharing');

        expect([await run.items(), await run.log.text()]).toEqual([[{ from: 'sharing' }], '']);
    });
});

describe('the web server of a run', () => {
    it('has a port of its own, in all variables and in the record', async () => {
        const engine = await makeEngine();
        await engine.addActor({
            name: 'server',
            source: `import { createServer } from 'node:http';
                import { once } from 'node:events';
                const { ACTOR_WEB_SERVER_PORT: port, ACTOR_STANDBY_PORT, APIFY_CONTAINER_PORT } = process.env;
                const { ACTOR_WEB_SERVER_URL, APIFY_CONTAINER_URL } = process.env;
                const server = createServer((request, response) => response.end('from ' + port)).listen(port);
                await once(server, 'listening');
                console.log(JSON.stringify({ ports: [port, ACTOR_STANDBY_PORT, APIFY_CONTAINER_PORT], urls: [ACTOR_WEB_SERVER_URL, APIFY_CONTAINER_URL] }));`,
        });
        const runs = await Promise.all([engine.start('server'), engine.start('server')]);

        const ports: string[] = [];
        for (const run of runs) {
            for await (const line of run.log) {
                const [json] = /\{.*\}/.exec(line) ?? [];
                if (json === undefined) continue;
                const { containerUrl } = await run.info();
                const { port } = new URL(containerUrl);
                expect(JSON.parse(json)).toEqual({ ports: [port, port, port], urls: [containerUrl, containerUrl] });
                expect(await (await fetch(containerUrl)).text()).toBe(`from ${port}`);
                ports.push(port);
                break;
            }
        }
        expect(new Set(ports).size).toBe(2);
    });
});

describe('the environment of a run', () => {
    it('has the origin that a test sets for a Server Actor, and a base URL that ends in a slash', async () => {
        const engine = await makeEngine();
        await engine.addActor({
            name: 'reader',
            source: `export default () => [process.env.APIFY_META_ORIGIN, process.env.APIFY_API_BASE_URL];`,
        });
        const readAs = async (env: Record<string, string>) => (await engine.call('reader', {}, { env })).output();

        expect(await readAs({})).toEqual(['API', 'http://greenroom.invalid/']);
        expect(await readAs({ APIFY_META_ORIGIN: 'STANDBY' })).toEqual(['STANDBY', 'http://greenroom.invalid/']);
    });
});

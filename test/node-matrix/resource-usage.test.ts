import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type { EngineOptions, RunHandle } from 'greenroom';

const MBYTE = 2 ** 20;
/** The modes that measure the usage of each run separately. */
const MODES = ['thread', 'pooled', 'process'] as const;

async function statsOf(run: RunHandle) {
    return (await run.info()).stats;
}

function engineFor(isolation: EngineOptions['isolation']) {
    return makeEngine({ isolation });
}

/** Responds with the number of bytes given in the path. */
async function openServer(): Promise<string> {
    const server = createServer(({ url = '' }, response) => response.end('x'.repeat(Number(url.slice(1)))));
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.each(MODES)('the stats of a run in isolation %s', (isolation) => {
    it('show the Buffers it holds, while it holds them', async () => {
        const engine = await engineFor(isolation);
        const source = `globalThis.kept = Array.from({ length: 50 }, () => Buffer.alloc(${MBYTE}, 1));
            setInterval(() => {}, 1000);`;

        const run = await engine.start(await addSource(engine, source), undefined, { memory: 256 });

        const { memCurrentBytes } = await waitUntil('its memory to be seen', async () => {
            const stats = await statsOf(run);
            return stats.memCurrentBytes > 50 * MBYTE && stats;
        });
        expect(memCurrentBytes).toBeLessThan(120 * MBYTE);
        await run.abort();
        await run.finished();
        const { memMaxBytes, memAvgBytes, memCurrentBytes: afterwards } = await statsOf(run);
        expect(memMaxBytes).toBeGreaterThanOrEqual(memCurrentBytes);
        expect(memAvgBytes).toBeGreaterThan(0);
        expect(memAvgBytes).toBeLessThanOrEqual(memMaxBytes);
        expect(afterwards).toBe(0);
    });

    it('are live and complete while it only computes', async () => {
        const engine = await engineFor(isolation);
        const run = await engine.start(await addSource(engine, 'for (;;);'));

        const look = async () => {
            const stats = await statsOf(run);
            // The CPU time it gets in a second depends on the load of the machine.
            return stats.cpuCurrentUsage > 20 && stats;
        };
        const busy = await waitUntil('its use of the processor to be seen', look, { timeoutMillis: 15_000 });

        expect(busy.cpuCurrentUsage).toBeLessThan(110);
        expect(busy.memCurrentBytes).toBeGreaterThan(0);
        await run.abort();
    });

    it('are near nothing while it waits', async () => {
        const engine = await engineFor(isolation);
        const run = await engine.start(await addSource(engine, 'setInterval(() => {}, 1000);'));

        const stats = await waitUntil('two reports', async () => {
            const { durationMillis, ...stats } = await statsOf(run);
            return durationMillis > 2500 && stats;
        });

        expect(stats.memCurrentBytes).toBeGreaterThan(0);
        expect(stats.cpuCurrentUsage).toBeLessThan(15);
        await run.abort();
    });

    it('do not include another run beside it', async () => {
        const engine = await engineFor(isolation);
        const server = await openServer();
        await addSource(engine, 'setInterval(() => {}, 1000);', 'modest');
        await addSource(
            engine,
            `globalThis.kept = Array.from({ length: 60 }, () => Buffer.alloc(${MBYTE}, 1));
            await (await fetch('${server}/1000000')).text();
            setInterval(() => { for (const end = Date.now() + 100; Date.now() < end; ); }, 1);`,
            'greedy',
        );
        const modest = await engine.start('modest');
        const greedy = await engine.start('greedy', undefined, { memory: 256 });

        await waitUntil('the greedy one to be seen', async () => (await statsOf(greedy)).cpuCurrentUsage > 5);
        await waitUntil('what it has received', async () => (await statsOf(greedy)).netRxBytes > 1_000_000);
        await waitUntil('the modest one to be seen', async () => (await statsOf(modest)).memCurrentBytes > 0);

        expect(await statsOf(modest)).toMatchObject({ netRxBytes: 0, netTxBytes: 0 });
        const { memMaxBytes, cpuAvgUsage } = await statsOf(modest);
        expect(memMaxBytes).toBeLessThan(60 * MBYTE);
        expect(cpuAvgUsage).toBeLessThan(20);
        await Promise.all([modest.abort(), greedy.abort()]);
    });

    it('count the data it received and sent, and none of earlier runs', async () => {
        const engine = await engineFor(isolation);
        const server = await openServer();
        const actor = await addSource(
            engine,
            `export default async ({ input }) => {
                const response = await fetch(input.url, { method: 'POST', body: 'y'.repeat(input.sent) });
                return (await response.text()).length;
            };`,
        );

        await engine.call(actor, { url: `${server}/500000`, sent: 0 });
        const run = await engine.call(actor, { url: `${server}/2000`, sent: 3000 });

        expect(await run.output()).toBe(2000);
        const { netRxBytes, netTxBytes } = await statsOf(run);
        expect(netRxBytes).toBeGreaterThan(2000);
        expect(netRxBytes).toBeLessThan(3000);
        expect(netTxBytes).toBeGreaterThan(3000);
        expect(netTxBytes).toBeLessThan(4000);
    });
});

describe('the stats of a run', () => {
    it('count data sent to its own servers', async () => {
        const engine = await makeEngine();
        const source = `import { createServer } from 'node:net';
            export default () => new Promise((resolve) => {
                const server = createServer((socket) => {
                    socket.on('data', () => {});
                    socket.on('end', () => { socket.end(); server.close(); });
                    socket.on('close', () => resolve());
                });
                server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
            });`;
        const run = await engine.start(await addSource(engine, source));
        let port = 0;
        for await (const line of run.log) {
            port = Number(/port (\d+)$/.exec(line)?.[1] ?? 0);
            if (port !== 0) break;
        }
        const { connect } = await import('node:net');

        connect(port, '127.0.0.1').end('z'.repeat(5000));

        await run.finished();
        expect((await statsOf(run)).netRxBytes).toBe(5000);
    });
});

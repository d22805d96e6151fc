import { readdir, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { openWebhookServer } from '../support/servers/webhook-server.js';
import { tempDir } from '../support/files/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, EngineOptions } from 'greenroom';

const MEGABYTE = 2 ** 20;
const ISOLATIONS = ['thread', 'pooled', 'process'] as const;
const MAX_LOG_CHARS = 10_485_760;

const actor = (body: string): string => `
    import { Actor } from 'apify';
    await Actor.init();
    const input = (await Actor.getInput()) ?? {};
    ${body}
    await Actor.exit();
`;

/** Sets twenty records, awaiting each. */
const ORDINARY = actor("for (let n = 0; n < 20; n += 1) await Actor.setValue('record-' + n, { n });");

/** Samples the memory of this process until the test ends. */
function watchMemory(): { peakGrowth: () => number } {
    const before = process.memoryUsage().rss;
    let peak = before;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 10);
    onTestFinished(() => clearInterval(timer));
    return { peakGrowth: () => peak - before };
}

async function startBesideOrdinary(source: string, options: EngineOptions & { memory?: number }) {
    const { memory = 1024, ...engineOptions } = options;
    const engine = await makeEngine(engineOptions);
    await addSource(engine, source, 'flooding');
    await addSource(engine, ORDINARY, 'ordinary');
    const flooding = await engine.start('flooding', {}, { memory });
    const ordinary = await engine.call('ordinary', {}, { memory: 256, timeout: 60 });
    return { engine, flooding, ordinary };
}

async function numbersIn(engine: Engine, dataset: string): Promise<unknown[]> {
    const { items } = await engine.client.dataset(dataset).listItems();
    return items.map(({ n }) => n);
}

describe.each(ISOLATIONS)('an Actor that pushes without waiting, in isolation %s', (isolation) => {
    const source = actor(`
        const other = await Actor.openDataset('other');
        const text = 'x'.repeat(2000);
        const pushes = [];
        for (let n = 0; n < 5000; n += 1) pushes.push(other.pushData({ n, text }), Actor.pushData({ n, text }));
        await Promise.all(pushes);
    `);
    const inOrder = Array.from({ length: 5000 }, (_, n) => n);

    it.each([['in memory', false] as const, ['on disk', true] as const])(
        'loses nothing and keeps the order, and others go on, %s',
        async (_where, isOnDisk) => {
            const storageDir = isOnDisk ? await tempDir() : undefined;
            const { engine, flooding, ordinary } = await startBesideOrdinary(source, { isolation, storageDir });

            const run = await flooding.finished();

            expect([run.status, ordinary.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
            expect(await numbersIn(engine, 'other')).toEqual(inOrder);
            expect(await numbersIn(engine, run.defaultDatasetId)).toEqual(inOrder);
        },
        60_000,
    );
});

describe('calls that an Actor does not await', () => {
    it('count as memory of the Actor, and end it above its limit', async () => {
        const source = actor(`
            const sets = [];
            for (let n = 0; n < 200; n += 1) sets.push(Actor.setValue('k' + n, Buffer.alloc(5e6, n), { contentType: 'a/b' }));
            await Promise.all(sets);
        `);
        const memory = watchMemory();
        const { flooding, ordinary } = await startBesideOrdinary(source, { storageDir: await tempDir(), memory: 256 });

        const run = await flooding.finished();

        expect(run).toMatchObject({ status: 'FAILED', exitCode: 137 });
        expect(run.statusMessage).toContain('256 MB');
        expect(ordinary.status).toBe('SUCCEEDED');
        // Before the limit, this took a gigabyte and its copies.
        expect(memory.peakGrowth()).toBeLessThan(900 * MEGABYTE);
    }, 60_000);

    it.each(ISOLATIONS)(
        'is done all the same when the Actor ends itself: %s',
        async (isolation) => {
            const source = `
            import { Actor } from 'apify';
            await Actor.init();
            const other = await Actor.openDataset('other');
            for (let n = 0; n < 3000; n += 1) void other.pushData({ n });
            process.exit(0);
        `;
            const { engine, flooding } = await startBesideOrdinary(source, { isolation });

            expect((await flooding.finished()).status).toBe('SUCCEEDED');
            expect(await numbersIn(engine, 'other')).toEqual(Array.from({ length: 3000 }, (_, n) => n));
        },
        60_000,
    );

    it.each([
        ['questions', "const d = await Actor.openDataset('other'); for (let n = 0; ; n += 1) void d.pushData({ n });"],
        ['lines', 'for (let n = 0; ; n += 1) console.log(n);'],
    ])(
        'keeps no run from being aborted: a loop of %s',
        async (_what, loop) => {
            const { engine, flooding, ordinary } = await startBesideOrdinary(actor(loop), { memory: 2048 });

            await engine.client.run(flooding.id).abort();

            expect((await flooding.finished()).status).toBe('ABORTED');
            expect(ordinary.status).toBe('SUCCEEDED');
        },
        60_000,
    );
});

describe.each(ISOLATIONS)('a log of 100 MB, in isolation %s', (isolation) => {
    it('takes bounded memory and disk space, and reports omissions', async () => {
        const source = actor(
            "const line = 'x'.repeat(1000); for (let n = 0; n < 100_000; n += 1) console.log(n, line);",
        );
        const storageDir = await tempDir();
        const memory = watchMemory();
        const { flooding, ordinary } = await startBesideOrdinary(source, { isolation, storageDir, memory: 256 });

        const run = await flooding.finished();

        const text = await flooding.log.text();
        const [first = '', second = ''] = text.split('\n');
        const firstNumber = Number(second.split(' ')[1]);
        const files = (await readdir(join(storageDir, 'logs'))).filter((name) => name.startsWith(run.id));
        expect([run.status, ordinary.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
        expect(text.length).toBeLessThanOrEqual(MAX_LOG_CHARS);
        expect(text).toContain(' 99999 xxx');
        expect(firstNumber).toBeGreaterThan(80_000);
        expect(first).toContain('older lines were dropped');
        expect(files).toEqual([`${run.id}.log`]);
        expect((await stat(join(storageDir, 'logs', files[0]!))).size).toBeLessThanOrEqual(MAX_LOG_CHARS);
        expect(memory.peakGrowth()).toBeLessThan(500 * MEGABYTE);
    }, 60_000);

    it('can be a single endless line', async () => {
        const source = actor(
            "const text = 'x'.repeat(1000); for (let n = 0; n < 50_000; n += 1) process.stdout.write(text);",
        );
        const { flooding, ordinary } = await startBesideOrdinary(source, { isolation, memory: 256 });

        const run = await flooding.finished();

        const text = await flooding.log.text();
        expect([run.status, ordinary.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
        expect(text.length).toBeLessThan(2 * MEGABYTE);
        expect(text).toMatch(/x \[Line truncated: [\d,]+ more characters/);
    }, 60_000);
});

describe('a hundred idle readers of a log', () => {
    it('block no one and take no memory, and a resumed one learns how much it missed', async () => {
        const source = actor(`
            await Actor.setStatusMessage('ready');
            while ((await Actor.getValue('go')) === null) await new Promise((resolve) => setTimeout(resolve, 10));
            const line = 'x'.repeat(1000);
            for (let n = 0; n < 60_000; n += 1) console.log(n, line);
        `);
        const engine = await makeEngine();
        const { port } = await engine.listen({ token: 'secret' });
        await addSource(engine, source);
        const run = await engine.start('under-test', {}, { memory: 256 });
        await waitUntil('the run to be ready', async () => (await run.info()).statusMessage === 'ready');
        const sockets = Array.from({ length: 100 }, () => {
            const socket = connect(port, '127.0.0.1');
            onTestFinished(() => void socket.destroy());
            const path = `/v2/logs/${run.id}?stream=1`;
            socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer secret\r\n\r\n`);
            return socket.pause();
        });
        const idle = await run.log.stream();
        onTestFinished(() => void idle.destroy());
        const memory = watchMemory();

        await run.keyValueStore.setRecord({ key: 'go', value: true });
        const ended = await run.finished();

        let received = '';
        sockets[0]!
            .setEncoding('latin1')
            .on('data', (text: string) => (received += text))
            .resume();
        await waitUntil('the log to end', () => received.endsWith('\r\n0\r\n\r\n'), { timeoutMillis: 30_000 });
        expect(ended.status).toBe('SUCCEEDED');
        expect(memory.peakGrowth()).toBeLessThan(500 * MEGABYTE);
        expect(received).toMatch(/older lines were dropped/);
        expect(received).toContain(' 59999 xxx');
    }, 60_000);
});

describe('a thousand listeners', () => {
    it('block no one, cause no warning, and leave nothing behind', async () => {
        const engine = await makeEngine();
        const warnings: Error[] = [];
        const note = (warning: Error): number => warnings.push(warning);
        process.on('warning', note);
        onTestFinished(() => void process.off('warning', note));
        await addSource(
            engine,
            actor("while ((await Actor.getValue('go')) === null) await new Promise((r) => setTimeout(r, 10));"),
        );
        const run = await engine.start('under-test', {}, { memory: 256 });
        let finished = 0;

        const stops = Array.from({ length: 1000 }, () => engine.on('run.finished', () => (finished += 1)));
        const streams = await Promise.all(Array.from({ length: 1000 }, () => run.log.stream()));
        for (const stream of streams) stream.resume();
        const polls = Array.from({ length: 1000 }, () =>
            engine.fetch(
                new Request(`http://localhost/v2/actor-runs/${run.id}?waitForFinish=60`, {
                    headers: { authorization: `Bearer ${engine.token}` },
                }),
            ),
        );
        const waits = Array.from({ length: 1000 }, () => engine.client.run(run.id).waitForFinish());
        await run.keyValueStore.setRecord({ key: 'go', value: true });
        const statuses = (await Promise.all(waits)).map(({ status }) => status);
        const answers = (await Promise.all(polls)).map(({ status }) => status);
        for (const stop of stops) stop();
        await waitUntil('the streams to end', () => streams.every((stream) => stream.readableEnded));

        expect([new Set(statuses), new Set(answers)]).toEqual([new Set(['SUCCEEDED']), new Set([200])]);
        expect(finished).toBe(1000);
        expect(warnings).toEqual([]);
    }, 60_000);
});

describe('webhooks of more runs than their receiver accepts', () => {
    it('reach it once each, and an unresponsive receiver blocks no other', async () => {
        const engine = await makeEngine();
        await engine.addActor({ name: 'quick', run: () => 1 });
        const condition = { actorId: (await engine.client.actor('quick').get())!.id };
        const receiver = await openWebhookServer({ answer: (response) => void setTimeout(() => response.end(), 20) });
        const silent = await openWebhookServer({ answer: () => {} });
        const eventTypes = ['ACTOR.RUN.SUCCEEDED'] as const;
        for (const { url } of [silent, receiver]) {
            await engine.client.webhooks().create({ eventTypes: [...eventTypes], condition, requestUrl: url });
        }
        const { peakGrowth } = watchMemory();

        const ids = new Set<string>();
        for (let batch = 0; batch < 50; batch += 1) {
            const runs = await Promise.all(Array.from({ length: 50 }, () => engine.call('quick')));
            for (const { id } of runs) ids.add(id);
        }
        await waitUntil('all of them', () => receiver.received.length >= 2500, { timeoutMillis: 60_000 });

        expect(new Set(receiver.received.map(({ body }) => (body['resource'] as { id: string }).id))).toEqual(ids);
        expect(receiver.received).toHaveLength(2500);
        expect(silent.received).toHaveLength(50);
        expect(peakGrowth()).toBeLessThan(400 * MEGABYTE);
    }, 120_000);
});

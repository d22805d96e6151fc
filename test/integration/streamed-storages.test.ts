import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ApifyClient } from 'apify-client';
import { makeEngine } from '../support/make-engine.js';
import { openSocket, requestText } from '../support/raw-http.js';
import { tempDir } from '../support/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, EngineOptions } from 'greenroom';

const LARGE_ITEM = { text: 'x'.repeat(200_000) };
const COUNT = 400;

/** A dataset of 80 MB: more than any buffer on the way holds. */
async function makeLarge(options: EngineOptions = {}) {
    const engine = await makeEngine(options);
    const { id } = await engine.client.datasets().getOrCreate('large');
    const dataset = engine.client.dataset(id);
    for (let n = 0; n < COUNT; n += 40) await dataset.pushItems(Array.from({ length: 40 }, () => LARGE_ITEM));
    const readCount = async (): Promise<number> => (await dataset.get())!.stats.readCount;
    return { engine, dataset, id, readCount };
}

function itemsRequest(engine: Engine, id: string, query = '', init: RequestInit = {}): Request {
    return new Request(`http://engine.example/v2/datasets/${id}/items?token=${engine.token}${query}`, init);
}

describe('a large dataset', () => {
    it.each([
        ['json', 'application/json; charset=utf-8'],
        ['jsonl', 'application/jsonl; charset=utf-8'],
    ])(
        'is answered by `fetch` as it is read, as %s, and no more of it is read once nobody wants it',
        async (format, type) => {
            const { engine, id, readCount } = await makeLarge({ storageDir: await tempDir('greenroom-streamed-') });

            const answer = await engine.fetch(
                itemsRequest(engine, id, `&format=${format}&attachment=1&offset=10&desc=1`),
            );
            const reader = answer.body!.getReader();
            const first = await reader.read();
            const before = await readCount();
            await reader.cancel();

            expect(Object.fromEntries(answer.headers)).toMatchObject({
                'content-type': type,
                'content-disposition': `attachment; filename="items.${format}"`,
                'x-apify-pagination-total': String(COUNT),
                'x-apify-pagination-offset': '10',
                'x-apify-pagination-limit': '999999999999',
                'x-apify-pagination-count': String(COUNT - 10),
                'x-apify-pagination-desc': 'true',
            });
            expect(first.value!.length).toBeLessThan(1_000_000);
            expect(before).toBeLessThan(20);
            expect(await readCount()).toBe(before);
        },
    );

    it('waits for a client that takes its time, and forgets one that goes away', async () => {
        const { engine, id, readCount } = await makeLarge();
        const { port } = await engine.listen();
        const socket = await openSocket(port);

        socket.pause();
        socket.write(requestText(`GET /v2/datasets/${id}/items?token=${engine.token}`, { host: `127.0.0.1:${port}` }));
        await waitUntil('what is on the way is full', async () => {
            const before = await readCount();
            for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
            return before > 0 && (await readCount()) === before;
        });
        const waiting = await readCount();
        socket.destroy();
        await once(socket, 'close');
        // Another client is answered meanwhile, in whole.
        const whole = await fetch(`http://127.0.0.1:${port}/v2/datasets/${id}/items?limit=50&token=${engine.token}`);

        expect(((await whole.json()) as unknown[]).length).toBe(50);
        expect(waiting).toBeLessThan(COUNT / 2);
        expect(await readCount()).toBe(waiting + 50);
    });

    it('breaks off, and does not end, when it is deleted while it is read', async () => {
        const { engine, dataset, id } = await makeLarge();
        const { url } = await engine.listen();

        const answer = await fetch(`${url}/v2/datasets/${id}/items?token=${engine.token}`);
        const reader = answer.body!.getReader();
        await reader.read();
        await dataset.delete();

        const readOn = async (): Promise<void> => {
            while (!(await reader.read()).done);
        };
        expect(answer.status).toBe(200);
        await expect(readOn()).rejects.toThrow('terminated');
    });

    it('is refused with a status as a table that cannot be, before any of it is sent', async () => {
        const { engine, dataset, id } = await makeLarge();
        await dataset.pushItems(Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`c${n}`, n])));

        const answer = await engine.fetch(itemsRequest(engine, id, '&format=csv'));

        expect(answer.status).toBe(400);
        expect(await answer.json()).toMatchObject({ error: { type: 'invalid-value' } });
    });

    it('comes whole to the real client, in each format', async () => {
        const engine = await makeEngine();
        const { url } = await engine.listen();
        const remote = new ApifyClient({ baseUrl: url, token: engine.token, maxRetries: 0 });
        const { id } = await remote.datasets().getOrCreate('data');
        const items = Array.from({ length: 9_000 }, (_, n) => ({ n, text: 'ž'.repeat(n % 200) }));
        await remote.dataset(id).pushItems(items);

        expect((await remote.dataset(id).listItems()).items).toEqual(items);
        for (const format of ['json', 'jsonl', 'csv', 'xlsx', 'xml', 'rss', 'html'] as const) {
            const here = await engine.client.dataset(id).downloadItems(format);
            const there = await remote.dataset(id).downloadItems(format as never);
            expect(Buffer.compare(here, there)).toBe(0);
        }
    });
});

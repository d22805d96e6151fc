import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import { carryRequests } from './connect-client.js';
import { ApifyClient } from 'apify-client';
import type { Engine } from 'greenroom';

const WAITS = `export default ({ signal }) => {
    setInterval(() => {}, 1000);
    return new Promise((resolve) => signal.addEventListener('abort', resolve));
};`;

async function ask(engine: Engine, path: string, init?: RequestInit) {
    const answer = await engine.fetch(new Request(`http://engine.example/v2${path}`, init));
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, error: errorIn(text) };
}

function errorIn(text: string): { type: string; message: string } | undefined {
    return text.startsWith('{"error"') ? JSON.parse(text).error : undefined;
}

function bearer(token: string): RequestInit {
    return { headers: { authorization: `Bearer ${token}` } };
}

describe('the token of a request', () => {
    it('may be in the header or in the query', async () => {
        const engine = await makeEngine();

        const answers = [
            await ask(engine, '/users/me', bearer(engine.token)),
            await ask(engine, '/users/me', { headers: { Authorization: `bearer  ${engine.token} ` } }),
            await ask(engine, `/users/me?token=${engine.token}`),
            await ask(engine, `/users/me?token=${engine.token}`, bearer(engine.token)),
        ];

        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    });

    it.each([
        ['/users/me', undefined, 'token-not-provided'],
        ['/users/me?token=', undefined, 'token-not-provided'],
        ['/users/me', 'Basic bWU6cGFzc3dvcmQ=', 'token-not-provided'],
        ['/users/me', 'Bearer', 'token-not-provided'],
        ['/users/me', 'Bearer wrong', 'invalid-token'],
        ['/users/me?token=wrong', undefined, 'invalid-token'],
        ['/nowhere', undefined, 'token-not-provided'],
    ])('is required and must be valid: %s with %s', async (path, authorization, type) => {
        const engine = await makeEngine();

        const answer = await ask(engine, path, authorization === undefined ? {} : { headers: { authorization } });

        expect(answer.status).toBe(401);
        expect(answer.error).toMatchObject({ type, message: expect.stringContaining('engine.token') });
    });

    it('is taken from the header if there are two', async () => {
        const engine = await makeEngine();

        expect((await ask(engine, `/users/me?token=${engine.token}`, bearer('wrong'))).status).toBe(401);
        expect((await ask(engine, '/users/me?token=wrong', bearer(engine.token))).status).toBe(200);
    });

    it('is the configured one', async () => {
        const engine = await makeEngine({ token: 'my-token' });

        expect((await ask(engine, '/users/me', bearer('my-token'))).status).toBe(200);
    });
});

describe('Resources that need no token', () => {
    it('are runs and their logs, by id', async () => {
        const engine = await makeEngine();
        const { id } = await engine.call(await addSource(engine, `export default () => console.log('hello');`));

        const run = await ask(engine, `/actor-runs/${id}`);
        const log = await ask(engine, `/logs/${id}`);

        expect(JSON.parse(run.text).data).toMatchObject({ id, status: 'SUCCEEDED' });
        expect(log.text).toContain('hello');
    });

    it.each([
        ['GET', '/actor-runs'],
        ['PUT', '/actor-runs/ID'],
        ['DELETE', '/actor-runs/ID'],
        ['POST', '/actor-runs/ID/abort'],
        ['GET', '/actor-runs/ID/dataset/items'],
        ['GET', '/actor-runs/ID%2Fdataset'],
        ['GET', '/actor-runs/ID?method=DELETE'],
        ['POST', '/actor-runs/ID?method=PUT'],
        ['GET', '/actor-runs/../datasets'],
        ['POST', '/acts/ID/builds/default'],
    ])('are no others: %s %s', async (method, path) => {
        const engine = await makeEngine();
        const { id } = await engine.call(await addSource(engine, `export default () => {};`));

        const answer = await ask(engine, path.replace('ID', id), { method });

        expect(answer.error).toMatchObject({ type: 'token-not-provided' });
        expect(engine.run(id)).toBeDefined();
    });

    it('still reject a wrong one', async () => {
        const engine = await makeEngine();

        expect((await ask(engine, '/actor-runs/any', bearer('wrong'))).error).toMatchObject({ type: 'invalid-token' });
    });
});

describe('the token of a run', () => {
    it('acts as that run until it ends', async () => {
        const engine = await makeEngine();
        await addSource(engine, `export default () => {};`, 'child');
        await addSource(
            engine,
            `export default async ({ Actor, signal }) => {
            await Actor.setValue('TOKEN', process.env.APIFY_TOKEN);
            setInterval(() => {}, 1000);
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }`,
            'parent',
        );
        const parent = await engine.start('parent');
        const token = await waitUntil('the token', async () => (await parent.keyValueStore.getRecord('TOKEN'))?.value);
        expect(token).not.toBe(engine.token);

        const started = await ask(engine, '/acts/child/runs', { method: 'POST', ...bearer(String(token)) });
        expect(JSON.parse(started.text).data.meta).toMatchObject({ origin: 'ACTOR' });

        await parent.abort();
        await parent.finished();
        expect((await ask(engine, '/acts', bearer(String(token)))).error).toMatchObject({ type: 'invalid-token' });
    });

    it('cannot be forged', async () => {
        const engine = await makeEngine();
        const { id } = await engine.start(await addSource(engine, WAITS));

        const answer = await ask(engine, '/acts', bearer(`greenroom_run_${id}_${'A'.repeat(43)}`));

        expect(answer.error).toMatchObject({ type: 'invalid-token' });
    });
});

describe('methods', () => {
    it('are listed without a token', async () => {
        const engine = await makeEngine();

        const answer = await ask(engine, '/datasets/any', { method: 'OPTIONS' });

        expect(answer.status).toBe(204);
        expect(answer.headers.get('allow')).toBe('OPTIONS, GET, PUT, DELETE');
        expect((await ask(engine, '/nowhere', { method: 'OPTIONS' })).status).toBe(404);
    });

    it('respond to HEAD as to GET, without the body', async () => {
        const engine = await makeEngine();
        const { id } = await engine.client.datasets().getOrCreate('data');
        await engine.client.dataset(id).pushItems([{ a: 'ä' }]);

        const got = await ask(engine, `/datasets/${id}/items`, bearer(engine.token));
        const head = await ask(engine, `/datasets/${id}/items`, { method: 'HEAD', ...bearer(engine.token) });

        expect(head).toMatchObject({ status: 200, text: '' });
        expect(Number(head.headers.get('content-length'))).toBe(Buffer.byteLength(got.text));
        expect(head.headers.get('x-apify-pagination-total')).toBe('1');
    });

    it('can be overridden, even with an endless body', async () => {
        const engine = await makeEngine();
        const { id } = await engine.client.datasets().getOrCreate('data');
        let sent = 0;
        const body = new ReadableStream({
            pull(controller) {
                sent += 65_536;
                controller.enqueue(new Uint8Array(65_536).fill(32));
            },
        });
        const init = { method: 'PUT', body, duplex: 'half', ...bearer(engine.token) };

        const answer = await ask(engine, `/datasets/${id}/items?method=POST`, init);

        expect(answer.error).toMatchObject({ type: 'request-too-large' });
        expect(sent).toBeLessThan(20_000_000);
    });
});

describe('Links in responses', () => {
    it('have the origin of the request', async () => {
        const engine = await makeEngine();
        const auth = bearer(engine.token);
        await engine.client.keyValueStores().getOrCreate('store');
        await engine.client.keyValueStore('~store').setRecord({ key: 'a(b)', value: 1 });
        await engine.client.datasets().getOrCreate('data');

        const texts = [
            await ask(engine, '/key-value-stores/~store', auth),
            await ask(engine, '/key-value-stores', auth),
            await ask(engine, '/key-value-stores/~store/keys', auth),
            await ask(engine, '/datasets/~data', auth),
            await ask(engine, '/datasets?name=data', { method: 'POST', ...auth }),
        ].map(({ text }) => text);

        for (const text of texts) {
            expect(text).toMatch(/PublicUrl":"http:\/\/engine\.example\/v2\//);
            expect(text).not.toContain('localhost');
        }
    });

    it('work with a custom scheme', async () => {
        const engine = await makeEngine();
        await engine.client.datasets().getOrCreate('data');

        const request = new Request('app://engine/v2/datasets/~data', bearer(engine.token));
        const { data } = JSON.parse(await (await engine.fetch(request)).text());

        expect(data.itemsPublicUrl.split('?')[0]).toBe(`app://engine/v2/datasets/${data.id}/items`);
    });

    it('are not stored', async () => {
        const engine = await makeEngine();
        await engine.client.datasets().getOrCreate('data');
        await engine.client.dataset('~data').pushItems([{ itemsPublicUrl: 'http://localhost/x' }]);

        const { text } = await ask(engine, '/datasets/~data/items', bearer(engine.token));

        expect(JSON.parse(text)).toEqual([{ itemsPublicUrl: 'http://localhost/x' }]);
    });
});

describe('the signal of a request', () => {
    it('ends a long poll', async () => {
        const engine = await makeEngine();
        const run = await engine.start(await addSource(engine, WAITS));
        const controller = new AbortController();
        const request = new Request(`http://engine.example/v2/actor-runs/${run.id}?waitForFinish=60`, {
            signal: controller.signal,
        });

        const answer = engine.fetch(request);
        controller.abort(new Error('enough'));

        await expect(answer).rejects.toThrow('enough');
    });

    it('ends a followed log', async () => {
        const engine = await makeEngine();
        const run = await engine.start(
            await addSource(engine, WAITS.replace('return', `console.log('begun'); return`)),
        );
        const controller = new AbortController();
        const request = new Request(`http://engine.example/v2/logs/${run.id}?stream=1`, { signal: controller.signal });
        const reader = (await engine.fetch(request)).body!.getReader();
        expect(Buffer.from((await reader.read()).value!).toString()).toContain('begun');

        const next = reader.read();
        controller.abort(new Error('enough'));

        await expect(next).rejects.toThrow('enough');
    });

    it('rejects immediately if already aborted', async () => {
        const engine = await makeEngine();

        const request = new Request('http://engine.example/v2/acts', { signal: AbortSignal.abort(new Error('no')) });

        await expect(engine.fetch(request)).rejects.toThrow('no');
    });
});

describe('the handler', () => {
    it('needs no `this`, and serves a real client without a socket', async () => {
        const engine = await makeEngine();
        const { fetch } = engine;
        const remote = carryRequests(
            new ApifyClient({ baseUrl: 'http://engine.example', token: engine.token, maxRetries: 0 }),
            fetch,
        );

        const { id } = await remote.datasets().getOrCreate('data');
        await remote.dataset(id).pushItems([{ n: 1 }]);

        expect((await remote.dataset(id).listItems()).items).toEqual([{ n: 1 }]);
    });

    it('reports a closed engine', async () => {
        const engine = await makeEngine();
        await engine.close();

        expect((await ask(engine, '/users/me', bearer(engine.token))).error).toMatchObject({ type: 'engine-closed' });
    });
});

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { app } from '../../src/api/api.js';
import { makeEngine } from '../support/make-engine.js';
import { parseResponses, formatRequest, sendRaw } from '../support/servers/raw-http.js';
import { tempDir } from '../support/files/temp-dir.js';

/** Values in place of an id or a key. */
const ATTACKS = [
    '../../evil',
    '..%2f..%2fevil',
    '%2e%2e%2f%2e%2e%2fevil',
    '%2e%2e/%2e%2e/evil',
    '..%5c..%5cevil',
    '%252e%252e%252fevil',
    '%c0%ae%c0%ae%c0%afevil',
    '..',
    '%2e%2e',
    '.',
    '%00',
    'evil%00.json',
    '%2fetc%2fpasswd',
    'me~..%2f..%2fevil',
    '~..%2f..%2fevil',
    '~',
    '__proto__',
    'constructor',
    'CON',
    'a:b',
    '%',
    '%0d%0aSet-Cookie:%20a=b',
    'a'.repeat(5_000),
];
/** Bodies with names and keys that point to other paths. */
const BODIES = [
    '',
    '{"name":"../../evil"}',
    '{"name":"evil\\u0000"}',
    '{"url":"http://x.example","uniqueKey":"../../evil","id":"../../evil"}',
    '[{"uniqueKey":"../../evil","url":"http://x.example"}]',
];
/** Valid values for the other parameters of a route. */
const SOUND: Readonly<Record<string, string>> = {
    actorId: 'actor',
    storeId: '~store',
    datasetId: '~data',
    queueId: '~queue',
    userId: 'me',
    key: 'record',
};

interface Route {
    method: string;
    path: string;
}

/** All routes, with each method for routes that accept any. */
function allRoutes(): Route[] {
    return app.routes.flatMap(({ method, path }) => {
        const methods = method === 'ALL' ? ['GET', 'POST', 'PUT', 'DELETE'] : [method];
        return methods.map((each) => ({ method: each, path: path.replace('/v2', '') }));
    });
}

/** Returns the paths of a route with one of its parameters replaced by a malicious value. */
function attacked(path: string, runId: string): string[] {
    const names = [...path.matchAll(/:(\w+)(?:\{[^}]*\})?|\*/g)].map(([text, name]) => ({ text, name }));
    return names.flatMap(({ text: target }) =>
        ATTACKS.map((attack) =>
            names.reduce((filled, { text, name }) => {
                const sound = name === 'runId' ? runId : (SOUND[name ?? ''] ?? 'any');
                return filled.replace(text, () => (text === target ? attack : sound));
            }, path),
        ),
    );
}

async function makeTarget() {
    const base = await tempDir();
    await mkdir(join(base, 'beside'));
    await writeFile(join(base, 'beside', 'secret'), 'secret');
    const engine = await makeEngine({ storageDir: join(base, 'storage', 'deep') });
    await engine.addActor({ name: 'actor', run: async () => {} });
    const { id: runId } = await engine.call('actor');
    for (const [storages, name] of [
        [engine.client.datasets(), 'data'],
        [engine.client.keyValueStores(), 'store'],
        [engine.client.requestQueues(), 'queue'],
    ] as const) {
        await storages.getOrCreate(name);
    }
    const { port } = await engine.listen();
    return { base, engine, runId, port };
}

/** Lists everything outside of the storage directory. */
async function outsideOf(base: string): Promise<string> {
    const entries = await readdir(base, { recursive: true });
    const outside = entries.filter((entry) => !entry.startsWith(join('storage', 'deep') + '/'));
    const secret = await readFile(join(base, 'beside', 'secret'));
    return createHash('sha256').update(JSON.stringify(outside.toSorted())).update(secret).digest('hex');
}

describe('ids and keys that point to other paths', () => {
    const paths = new Set(allRoutes().map(({ path }) => path.split('/').slice(0, 2).join('/')));

    it.each([...paths])(
        'create no file outside the storage directory and cause no internal error: %s',
        async (root) => {
            const { base, engine, runId, port } = await makeTarget();
            const before = await outsideOf(base);
            const headers = { host: `localhost:${port}`, authorization: `Bearer ${engine.token}` };
            const errors: string[] = [];
            const ask = async ({ method, path }: Route, body: string): Promise<void> => {
                const text = formatRequest(`${method} /v2${path}`, {
                    ...headers,
                    'content-length': String(body.length),
                });
                const [answer] = parseResponses(await sendRaw(port, text + body));
                if (answer === undefined || answer.status >= 500) errors.push(`${method} ${path} ${answer?.body}`);
                if (answer?.body.includes('secret') === true || answer?.headers['set-cookie'] !== undefined) {
                    errors.push(`${method} ${path} told more than it may`);
                }
            };

            const attacks = allRoutes()
                .filter(({ path }) => path === root || path.startsWith(`${root}/`))
                .flatMap(({ method, path }) => attacked(path, runId).map((each) => ({ method, path: each })));
            for (let start = 0; start < attacks.length; start += 32) {
                const batch = attacks.slice(start, start + 32);
                await Promise.all(batch.map((attack, index) => ask(attack, BODIES[(start + index) % BODIES.length]!)));
            }

            expect(errors).toEqual([]);
            expect(await outsideOf(base)).toBe(before);
            expect(engine.token).toBeDefined();
        },
    );

    it('create no file by query parameters', async () => {
        const { base, engine, port } = await makeTarget();
        const before = await outsideOf(base);
        const headers = { host: `localhost:${port}`, authorization: `Bearer ${engine.token}` };

        const statuses: number[] = [];
        for (const attack of ATTACKS) {
            for (const line of [
                `POST /v2/datasets?name=${attack}`,
                `POST /v2/key-value-stores?name=${attack}`,
                `POST /v2/request-queues?name=${attack}`,
                `POST /v2/acts/actor/runs?build=${attack}`,
                `GET /v2/key-value-stores/~store/keys?prefix=${attack}&exclusiveStartKey=${attack}`,
                `GET /v2/datasets/~data/items?view=${attack}&format=${attack}`,
                `GET /v2/request-queues/~queue/head?clientKey=${attack}`,
            ]) {
                const [answer] = parseResponses(await sendRaw(port, formatRequest(line, headers)));
                statuses.push(answer?.status ?? 0);
            }
        }

        expect(statuses.filter((status) => status < 200 || status >= 500)).toEqual([]);
        expect(await outsideOf(base)).toBe(before);
    });
});

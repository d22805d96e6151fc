import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/model/api/page.js';
import { createLocalApi, readServerFile, withApi, writeServerFile } from '../../src/cli/backend/connect.js';
import { memoryCli } from '../support/cli/command-line-program.js';
import { makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';

describe('a command', () => {
    it('uses an engine on the storage directory, which it closes', async () => {
        const directory = await tempDir();
        const storage = directory;

        const name = await withApi(memoryCli(), { storage }, async (api) => {
            await api.post('datasets', { query: { name: 'products' } });
            const {
                items: [dataset],
            } = await api.get<Page<{ name: string }>>('datasets');
            return `${dataset!.name} ${api.location}`;
        });

        expect(name).toBe(`products ${directory}`);
        expect(await withApi(memoryCli(), { storage }, (api) => api.find('datasets/none'))).toBeUndefined();
    });

    it('uses the server that owns the storage directory', async () => {
        const directory = await tempDir();
        const engine = await makeEngine({ storageDir: directory });
        const { url } = await engine.listen();
        const remove = writeServerFile(directory, { url, token: engine.token });

        expect(statSync(join(directory, 'server.json')).mode & 0o777).toBe(0o600);
        expect(await withApi(memoryCli(), { storage: directory }, async (api) => api.location)).toBe(url);

        remove();
        await expect(withApi(memoryCli(), { storage: directory }, async () => {})).rejects.toMatchObject({
            code: 'storage-in-use',
        });
    });

    it('ignores a server file whose process does not own the directory', async () => {
        const directory = await tempDir();
        const remove = writeServerFile(directory, { url: 'http://127.0.0.1:9', token: 'x' });

        expect(readServerFile(directory)).toBeUndefined();
        remove();
        writeFileSync(join(directory, 'server.json'), '{');
        expect(readServerFile(directory)).toBeUndefined();
    });

    it('uses the server of --url or GREENROOM_URL, which may be the link to its console', async () => {
        const engine = await makeEngine();
        const { url } = await engine.listen();
        const link = `${url}/#token=${engine.token}`;

        for (const [options, env] of [
            [{ url: link }, {}],
            [{ url, token: engine.token }, {}],
            [{}, { GREENROOM_URL: url, GREENROOM_TOKEN: engine.token }],
        ] as const) {
            expect(await withApi(memoryCli(env), options, (api) => api.get('acts'))).toMatchObject({ total: 0 });
        }
        await expect(withApi(memoryCli(), { url }, (api) => api.get('acts'))).rejects.toMatchObject({
            details: { statusCode: 401, remedy: 'token' },
        });
    });

    it.each([
        [{ storage: '/nowhere/at/all' }, 'storage-missing', /--storage DIR/],
        [{ url: 'localhost:4400' }, 'bad-usage', /such as http/],
        [{ url: 'http://x', storage: 'y' }, 'bad-usage', /cannot be combined/],
    ])('with %j is rejected', async (options, code, message) => {
        const refused = withApi(memoryCli(), options, (api) => api.get('acts'));

        await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    });
});

describe('An unreachable server', () => {
    it('is reported', async () => {
        const engine = await makeEngine();
        const listener = await engine.listen();
        await listener.close();
        const refused = withApi(memoryCli(), { url: listener.url }, (api) => api.get('acts'));

        await expect(refused).rejects.toThrow(/^Cannot reach a server at .*ECONNREFUSED.*greenroom dev/);
        await expect(refused).rejects.toMatchObject({ code: 'server-unreachable' });
    });
});

describe('the API of a command', () => {
    it('throws errors of the API, and returns lists', async () => {
        const engine = await makeEngine();
        const api = createLocalApi(engine as never, 'memory');
        for (let index = 0; index < 5; index++) await api.post('datasets', { query: { name: `d${index}` } });

        const datasets = await api.list<{ name: string }>('datasets', { desc: true });

        expect(datasets.map(({ name }) => name)).toEqual(['d4', 'd3', 'd2', 'd1', 'd0']);
        await expect(api.put('datasets/d1', { body: { name: 'd2' } })).rejects.toMatchObject({
            code: 'name-not-unique',
        });
        await expect(api.get('datasets', { limit: 'x' })).rejects.toMatchObject({ name: 'EngineError' });
    });
});

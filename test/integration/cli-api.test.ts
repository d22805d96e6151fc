import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Api } from '../../src/cli/api/api.js';
import { leaveServerNote, readServerNote } from '../../src/cli/api/server-note.js';
import { withApi } from '../../src/cli/api/with-api.js';
import { DATA_OPTIONS } from '../../src/cli/common-options.js';
import { parseWords } from '../../src/cli/parse-words.js';
import { makeEngine } from '../support/make-engine.js';
import { memoryOutput } from '../support/memory-output.js';
import { tempDir } from '../support/temp-dir.js';
import type { Command, CommandCall } from '../../src/cli/command.js';

const command: Command = {
    name: 'look',
    summary: 'Look.',
    options: DATA_OPTIONS,
    examples: [],
    load: () => Promise.reject(new Error('not called')),
};

describe('a command', () => {
    it('uses an engine on the storage directory, which it closes', async () => {
        const directory = await tempDir();
        const call = callOf(['--storage', directory]);

        const name = await withApi(call, async (api) => {
            await api.post('datasets', { query: { name: 'products' } });
            const {
                items: [dataset],
            } = await api.page<{ name: string }>('datasets');
            return `${dataset!.name} ${api.door.kind}`;
        });

        expect(name).toBe('products directory');
        expect(await withApi(call, (api) => api.find('datasets/none'))).toBeUndefined();
    });

    it('uses the server that owns the storage directory', async () => {
        const directory = await tempDir();
        const engine = await makeEngine({ storageDir: directory });
        const { url } = await engine.listen();
        const remove = leaveServerNote(directory, { url, token: engine.token });

        expect(statSync(join(directory, 'server.json')).mode & 0o777).toBe(0o600);
        expect(await withApi(callOf(['--storage', directory]), async (api) => api.door.place)).toBe(url);

        remove();
        await expect(withApi(callOf(['--storage', directory]), async () => {})).rejects.toMatchObject({
            code: 'storage-in-use',
        });
    });

    it('does not believe a note whose process does not own the directory', async () => {
        const directory = await tempDir();
        const remove = leaveServerNote(directory, { url: 'http://127.0.0.1:9', token: 'x' });

        expect(readServerNote(directory)).toBeUndefined();
        remove();
        writeFileSync(join(directory, 'server.json'), '{');
        expect(readServerNote(directory)).toBeUndefined();
    });

    it('uses the server that it is told of, by its link too', async () => {
        const engine = await makeEngine();
        const { url } = await engine.listen();
        const link = `${url}/#token=${engine.token}`;

        for (const [words, env] of [
            [['--url', link], {}],
            [['--url', url, '--token', engine.token], {}],
            [[], { GREENROOM_URL: url, GREENROOM_TOKEN: engine.token }],
        ] as const) {
            expect(await withApi(callOf(words, env), (api) => api.page('acts'))).toMatchObject({ total: 0 });
        }
        await expect(withApi(callOf(['--url', url]), (api) => api.get('acts'))).rejects.toThrow(/--token TOKEN/);
    });

    it.each([
        [['--storage', '/nowhere/at/all'], 'storage-missing', /--storage DIR/],
        [['--url', 'localhost:4400'], 'bad-usage', /such as http/],
        [['--url', 'http://x', '--storage', 'y'], 'bad-usage', /two places/],
    ])('with %j is refused', async (words, code, message) => {
        const refused = withApi(callOf(words), (api) => api.get('acts'));

        await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    });
});

describe('a server that has gone', () => {
    it('is said not to answer', async () => {
        const engine = await makeEngine();
        const listener = await engine.listen();
        await listener.close();
        const refused = withApi(callOf(['--url', listener.url]), (api) => api.get('acts'));

        await expect(refused).rejects.toThrow(/^Nothing answers at .*ECONNREFUSED.*greenroom dev/);
        await expect(refused).rejects.toMatchObject({ code: 'server-unreachable' });
    });
});

describe('the API of a command', () => {
    it('throws what the API says, and gives lists', async () => {
        const engine = await makeEngine();
        const api = new Api({
            fetch: engine.fetch,
            baseUrl: 'http://engine',
            token: engine.token,
            kind: 'directory',
            place: 'memory',
            close: async () => {},
        });
        for (let index = 0; index < 5; index++) await api.post('datasets', { query: { name: `d${index}` } });

        const names: string[] = [];
        for await (const { name } of api.list<{ name: string }>('datasets', { offset: 1, limit: 3 })) names.push(name);

        expect(names).toEqual(['d1', 'd2', 'd3']);
        await expect(api.put('datasets/d1', { body: { name: 'd2' } })).rejects.toMatchObject({
            code: 'name-not-unique',
        });
        await expect(api.get('datasets', { query: { limit: 'x' } })).rejects.toMatchObject({ name: 'EngineError' });
    });
});

function callOf(words: readonly string[], env: Record<string, string> = {}): CommandCall {
    const out = memoryOutput();
    return {
        words: parseWords(command, words),
        terminal: { out, err: memoryOutput(), stdin: process.stdin, json: (value) => out.line(JSON.stringify(value)) },
        env,
        cwd: process.cwd(),
        table: { commands: [command], groups: [] },
    };
}

import { describe, expect, it } from 'vitest';
import { loadProgram, memoryCli } from '../support/cli/command-line-program.js';
import { makeEngine } from '../support/make-engine.js';

describe('greenroom queue requests', () => {
    it('shows and filters locked requests', async () => {
        const engine = await makeEngine();
        const { url } = await engine.listen();
        const { id } = await engine.client.requestQueues().getOrCreate('todo');
        const queue = engine.client.requestQueue(id, { clientKey: 'worker' });
        for (const name of ['a', 'b', 'c']) await queue.addRequest({ url: `https://${name}.example/` });
        const [locked] = (await queue.listAndLockHead({ lockSecs: 60, limit: 1 })).items;
        const [, handled] = (await queue.listRequests()).items;
        await queue.updateRequest({ ...handled!, handledAt: new Date().toISOString() });
        const statesOf = async (...options: string[]): Promise<Record<string, string>> => {
            const cli = memoryCli({ GREENROOM_URL: url, GREENROOM_TOKEN: engine.token });
            const program = await loadProgram(cli);
            await program.parseAsync(['queue', 'requests', 'todo', '--json', ...options], { from: 'user' });
            const { items } = JSON.parse(cli.text()) as { items: { url: string; state: string }[] };
            return Object.fromEntries(items.map((item) => [item.url, item.state]));
        };

        expect(locked?.url).toBe('https://a.example/');
        expect(await statesOf()).toEqual({
            'https://a.example/': 'locked',
            'https://b.example/': 'handled',
            'https://c.example/': 'pending',
        });
        expect(await statesOf('--filter', 'locked')).toEqual({ 'https://a.example/': 'locked' });
        expect(await statesOf('--filter', 'pending')).toEqual({ 'https://c.example/': 'pending' });
        expect(await statesOf('--filter', 'handled')).toEqual({ 'https://b.example/': 'handled' });
    });
});

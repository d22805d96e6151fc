import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { formatRequest, openSocket } from '../support/servers/raw-http.js';

const MEGABYTE = 2 ** 20;

describe('large bodies whose senders have stopped sending', () => {
    it('do not delay the large bodies of others', async () => {
        const engine = await makeEngine();
        const { url, port } = await engine.listen();
        const auth = { authorization: `Bearer ${engine.token}` };
        await engine.storages.seed({ datasets: { data: [] }, keyValueStores: { store: {} } });
        const headers = { host: `localhost:${port}`, ...auth, 'content-length': String(2 * MEGABYTE) };
        const lines = [
            'PUT /v2/key-value-stores/~store/records/half',
            'POST /v2/datasets/~data/items',
            'POST /v2/acts/none/runs',
        ];
        const sockets = await Promise.all(Array.from({ length: 300 }, () => openSocket(port)));
        for (const [index, socket] of sockets.entries()) {
            socket.write(formatRequest(lines[index % lines.length]!, headers));
            socket.write(Buffer.alloc(64 * 1024, ' '));
        }

        const signal = AbortSignal.timeout(10_000);
        const send = (method: string, path: string) =>
            fetch(`${url}/v2${path}`, { method, body: `{"text":"${'x'.repeat(MEGABYTE)}"}`, headers: auth, signal });
        const answers = await Promise.all([
            send('PUT', '/key-value-stores/~store/records/whole'),
            send('POST', '/datasets/~data/items'),
        ]);

        expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    });
});

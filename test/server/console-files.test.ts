import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConsoleFiles } from '../../src/server/console-files.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { AddressInfo } from 'node:net';

const PAGE = { accept: 'text/html,application/xhtml+xml' };

/** Serves a folder as the console's, and says 418 for all that is not the console's business. */
async function serve(files: Record<string, string>) {
    const folder = await tempDir('greenroom-console-');
    for (const [name, text] of Object.entries(files)) {
        await mkdir(join(folder, name, '..'), { recursive: true });
        await writeFile(join(folder, name), text);
    }
    const console = new ConsoleFiles(pathToFileURL(`${folder}/`));
    const server = createServer((request, response) => {
        if (!console.handle(request, response)) response.writeHead(418).end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
}

const BUILT = { 'index.html': '<p>page', 'assets/index-AbC1.js': 'run()', 'secret.txt': 'no' };

describe('the files of the console', () => {
    it.each(['/', '/runs/abc', '/storage/datasets/x'])('are its page for the path %s', async (path) => {
        const get = await serve(BUILT);

        const answer = await get(path, { headers: PAGE });

        expect(await answer.text()).toBe('<p>page');
        expect(answer.headers.get('cache-control')).toBe('no-cache');
        expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    });

    it('forbid external resources and framing', async () => {
        const get = await serve(BUILT);

        const { headers } = await get('/', { headers: PAGE });

        const policy = headers.get('content-security-policy')!;
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain("script-src 'self';");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toContain('unsafe');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
        expect(headers.get('referrer-policy')).toBe('no-referrer');
    });

    it('are cached permanently if their name has a hash', async () => {
        const get = await serve(BUILT);

        const answer = await get('/assets/index-AbC1.js');

        expect(await answer.text()).toBe('run()');
        expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
        expect(answer.headers.get('cache-control')).toContain('immutable');
    });

    it('respond to HEAD without a body', async () => {
        const get = await serve(BUILT);

        const answer = await get('/assets/index-AbC1.js', { method: 'HEAD' });

        expect(answer.headers.get('content-length')).toBe('5');
        expect(await answer.text()).toBe('');
    });

    it('are only the built ones', async () => {
        const get = await serve(BUILT);

        expect((await get('/assets/other.js')).status).toBe(404);
        expect((await get('/secret.txt')).status).toBe(418);
        expect((await get('/assets/..%2Fsecret.txt')).status).toBe(418);
        expect((await get('/assets/../secret.txt')).status).toBe(418);
    });

    it.each([
        ['/v2/acts', { headers: PAGE }],
        ['/console/live', { headers: PAGE }],
        ['/acts', {}],
        ['/', { method: 'POST', headers: PAGE }],
    ])('leave %s to the API', async (path, init) => {
        const get = await serve(BUILT);

        expect((await get(path, init)).status).toBe(418);
    });

    it('report a missing build', async () => {
        const get = await serve({});

        const answer = await get('/', { headers: PAGE });

        expect(answer.status).toBe(503);
        expect(await answer.text()).toContain('npm run build');
    });
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import { existsSync, statSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { actorFolder, ECHO } from '../../support/actors/actor-folder.js';
import { cli, cliHere } from '../../support/cli/cli.js';
import { startServer } from '../../support/cli/cli-server.js';
import { tempDir } from '../../support/files/temp-dir.js';
import type { AddressInfo } from 'node:net';

interface Server {
    url: string;
    token: string;
    console: string;
}

describe('greenroom serve', () => {
    it('prints its address for scripts, serves the Actor, and stops cleanly', async () => {
        const cwd = await actorFolder(ECHO);
        const server = startServer(['serve', '--port', '0', '--json'], cwd);
        const [line] = await server.see(/^\{.*\}\n/);
        const { url, token, console } = JSON.parse(line) as Server;

        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const run = await fetch(`${url}/v2/acts/echo-actor/run-sync`, {
            method: 'POST',
            headers,
            body: '{"code":"x"}',
        });

        expect(await run.json()).toEqual({ code: 'x', depth: 3 });
        expect((await fetch(`${url}/v2/acts`)).status).toBe(401);
        expect(console).toBe(`${url}/#token=${token}`);
        await server.see(/echo-actor \w{6} ✔ SUCCEEDED in \d+ m?s, 0 items/, 'stderr');
        expect(await server.end('SIGTERM')).toBe(0);
        expect(existsSync(join(cwd, '.greenroom', 'server.json'))).toBe(false);
    });

    it('is used by other commands on the same directory', async () => {
        const cwd = await actorFolder(ECHO);
        const server = startServer(['serve', '--port', '0', '--quiet'], cwd);
        await server.see(/Console/);

        const run = await cli(['run', '--json', 'code=7', '-e', 'A=1'], { cwd });
        const other = await cliHere(['run', './other.mjs'], { cwd });
        mkdirSync(join(cwd, 'broken'));
        writeFileSync(join(cwd, 'broken', 'actor.json'), '{ "name": }');
        const broken = await cliHere(['run', './broken'], { cwd });
        const second = await cliHere(['serve'], { cwd });

        expect(JSON.parse(run.stdout)).toMatchObject({ run: { status: 'SUCCEEDED' }, output: { code: '7', depth: 3 } });
        expect(statSync(join(cwd, '.greenroom', 'server.json')).mode & 0o777).toBe(0o600);
        expect(other.stderr).toMatch(
            /does not serve .*other\.mjs: it has no Actor `other`, only echo-actor.*--storage DIR/s,
        );
        expect(broken.stderr).toMatch(/broken\/actor\.json is not valid JSON: line 1, column 11/);
        expect(second.stderr).toMatch(/A server for the storage directory .* is already running at http:.*#token=/);
        await server.end();
        expect(server.said.stdout).not.toContain('started by');
    });

    it('aborts a followed run at Ctrl+C', async () => {
        const cwd = await actorFolder({
            'main.js': `import { Actor } from 'apify'; await Actor.init(); console.log('begun'); setInterval(() => {}, 1000);`,
        });
        const server = startServer(['serve', '--port', '0', '--quiet'], cwd);
        await server.see(/Console/);
        const run = startServer(['run'], cwd);
        await run.see(/begun/);

        const code = await run.end();

        expect({ code, ...run.said }).toEqual({
            code: 130,
            stdout: expect.stringMatching(/Aborting gracefully[^]*✖ ABORTED[^]*saved to http:/),
            stderr: '',
        });
        expect(await server.end()).toBe(0);
    });

    it('has a persistent token, unless one is set', async () => {
        const cwd = await tempDir();
        const tokens = [];
        for (const words of [[], [], ['--token', 'mine']]) {
            const server = startServer(['serve', '--port', '0', ...words], cwd);
            const [, token] = await server.see(/#token=(\S+)/);
            tokens.push(token);
            await server.end();
        }

        expect(tokens[0]).toMatch(/^\w{34}$/);
        expect(tokens).toEqual([tokens[0], tokens[0], 'mine']);
        expect(statSync(join(cwd, '.greenroom', 'token')).mode & 0o777).toBe(0o600);
    });

    it.each([
        [['./none'], /The folder or module .* does not exist/],
        [['./empty'], /No Actor in .*empty: .*greenroom init NAME/],
        [['--port', '65536'], /argument '65536' is invalid\. It must be a whole number, from 0 to 65535/],
        [['--allow-origin', 'x'], /an origin such as/],
        [['--network', 'al'], /choices are allow, loopback, block/],
    ])('rejects invalid arguments: %j', async (words, message) => {
        const cwd = await actorFolder(ECHO);
        await mkdir(join(cwd, 'empty'));

        const { code, stderr } = await cliHere(['serve', ...words], { cwd });

        expect(stderr).toMatch(message);
        expect(code).toBeGreaterThan(0);
    });

    it('reports a taken port', async () => {
        const cwd = await tempDir();
        const taken = createServer().listen(0, '127.0.0.1');
        await once(taken, 'listening');
        onTestFinished(() => void taken.close());
        const { port } = taken.address() as AddressInfo;

        expect((await cliHere(['dev', '--port', String(port)], { cwd })).stderr).toMatch(
            /EADDRINUSE.*The port is taken/,
        );
    });
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import { existsSync, statSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { actorFolder, ECHO } from '../support/actor-folder.js';
import { cli, cliHere, startCli } from '../support/cli.js';
import { tempDir } from '../support/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';
import type { AddressInfo } from 'node:net';

interface Server {
    url: string;
    token: string;
    console: string;
}

/** Starts a server of the command line; `see` waits until it has said something. */
function startServer(words: readonly string[], cwd: string) {
    const child = startCli(words, { cwd });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
        child[stream].on('data', (chunk: Buffer) => {
            said[stream] += String(chunk);
        });
    }
    const see = async (pattern: RegExp, stream: keyof typeof said = 'stdout'): Promise<RegExpExecArray> =>
        waitUntil(`${pattern} to be said`, () => pattern.exec(said[stream]), { timeoutMillis: 15_000 });
    const end = async (signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> => {
        child.kill(signal);
        const [code] = (await once(child, 'exit')) as [number | null];
        return code;
    };
    return { child, see, end, said };
}

describe('greenroom serve', () => {
    it('tells scripts where it is, serves the Actor, and ends well', async () => {
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

    it('is what other commands use that want the same directory', async () => {
        const cwd = await actorFolder(ECHO);
        const server = startServer(['serve', '--port', '0', '--quiet'], cwd);
        await server.see(/Console/);

        const run = await cli(['run', '--json', 'code=7', '-e', 'A=1'], { cwd });
        const other = await cliHere(['run', './other.mjs'], { cwd });
        const second = await cliHere(['serve'], { cwd });

        expect(JSON.parse(run.stdout)).toMatchObject({ run: { status: 'SUCCEEDED' }, output: { code: '7', depth: 3 } });
        expect(statSync(join(cwd, '.greenroom', 'server.json')).mode & 0o777).toBe(0o600);
        expect(other.stderr).toMatch(/has no Actor `other` of .*; it has these: echo-actor.*--storage DIR/s);
        expect(second.stderr).toMatch(/There is a server of the storage directory .* already, at http:.*#token=/);
        await server.end();
        expect(server.said.stdout).not.toContain('started by');
    });

    it('aborts a run for whoever follows it and presses Ctrl+C', async () => {
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
            stdout: expect.stringMatching(/Aborting gracefully[^]*✖ ABORTED[^]*in http:/),
            stderr: '',
        });
        expect(await server.end()).toBe(0);
    });

    it('has the same token when it starts anew, unless it is given one', async () => {
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
        [['./none'], /There is no folder or module/],
        [['./empty'], /There is no Actor in .*empty: .*greenroom init NAME/],
        [['--port', '65536'], /--port is '65536', but must be a whole number, from 0 to 65535/],
        [['--allow-origin', 'x'], /an origin such as/],
        [['--network', 'al'], /one of allow, loopback, block/],
    ])('refuses what cannot be: %j', async (words, message) => {
        const cwd = await actorFolder(ECHO);
        await mkdir(join(cwd, 'empty'));

        const { code, stderr } = await cliHere(['serve', ...words], { cwd });

        expect(stderr).toMatch(message);
        expect(code).toBeGreaterThan(0);
    });

    it('says that the port is taken which it was to have', async () => {
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

describe('greenroom dev', () => {
    it('takes the next port if the usual one is taken, and finds Actors in folders', async () => {
        const files = Object.entries(ECHO).map(([path, content]) => [`actors/one/${path}`, content] as const);
        const cwd = await actorFolder({
            ...Object.fromEntries(files),
            'actors/two/.actor/actor.json': { actorSpecification: 1, name: 'second-actor', version: '0.1' },
            'actors/two/main.js': 'export default () => 2;',
        });
        const [first, second] = [await tempDir(), cwd].map((folder) => startServer(['dev'], folder));

        const [, port] = await first!.see(/127\.0\.0\.1:(\d+)\/#/);
        const [, other] = await second!.see(/serves 2 Actors: echo-actor, second-actor[^]*127\.0\.0\.1:(\d+)\/#/);

        expect(first!.said.stdout).toContain('no Actors yet');
        expect(Number(port)).toBeGreaterThanOrEqual(4400);
        expect(other).not.toBe(port);
        expect(await second!.end()).toBe(0);
    });

    it('follows changes: builds what is compiled, and says what is broken', async () => {
        const cwd = await actorFolder({
            'package.json': { type: 'module', scripts: { build: 'node build.cjs', start: 'node dist/main.js' } },
            'build.cjs': `
                const fs = require('node:fs');
                const text = fs.readFileSync('src/main.ts', 'utf8');
                if (text.includes('oops')) { console.error('main.ts: oops'); process.exit(2); }
                fs.mkdirSync('dist', { recursive: true });
                fs.writeFileSync('dist/main.js', text);
            `,
            'src/main.ts': 'export default () => 1;',
        });
        const save = async (path: string, text: string): Promise<void> => {
            await writeFile(join(cwd, '.draft'), text);
            await rename(join(cwd, '.draft'), join(cwd, path));
        };
        const output = async (): Promise<unknown> =>
            (JSON.parse((await cli(['run', '--json', '-q'], { cwd })).stdout) as { output: unknown }).output;
        const server = startServer(['dev', '--port', '0'], cwd);

        await server.see(/npm run build\n✔ \S+ was built in/);
        await server.see(/Console/);
        expect(await output()).toBe(1);
        await save('src/main.ts', 'export default () => 2;');
        await server.see(/↻ \S+ has changed: src\/main\.ts\n[^↻]*✔ \S+ was built/);
        expect(await output()).toBe(2);
        await save('src/main.ts', 'oops');
        await server.see(/✖ \S+ could not be built \(.*\):\n {2}main\.ts: oops/);
        await mkdir(join(cwd, '.actor'));
        await save('.actor/actor.json', '{ "name": }');
        await server.see(/✖ \S+: .*actor\.json:1:11 is not JSON/);
        expect(await server.end()).toBe(0);
    });

    it('waits for runs that go on when it is closed, and not if it is asked twice', async () => {
        const cwd = await actorFolder({
            'main.js': `export default async () => { console.log('begun'); await new Promise((resolve) => setTimeout(resolve, 1e6)); };`,
        });
        const server = startServer(['dev', '--port', '0'], cwd);
        await server.see(/Console/);
        const run = startCli(['run'], { cwd });
        await server.see(/begun/);

        server.child.kill('SIGINT');
        await server.see(/Closing\. Waiting for 1 run to end; Ctrl\+C again ends at once\./);
        await server.see(/ABORTING/);

        expect(await server.end('SIGTERM')).toBe(0);
        run.kill('SIGKILL');
    });
});

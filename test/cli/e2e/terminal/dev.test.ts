import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actorFolder, ECHO } from '../../../support/actors/actor-folder.js';
import { cli, startCli } from '../../../support/cli/cli.js';
import { startServer } from '../../../support/cli/cli-server.js';
import { tempDir } from '../../../support/files/temp-dir.js';

describe('greenroom dev', () => {
    it('uses the next port if the default one is taken, and finds Actors in folders', async () => {
        const files = Object.entries(ECHO).map(([path, content]) => [`actors/one/${path}`, content] as const);
        const cwd = await actorFolder({
            ...Object.fromEntries(files),
            'actors/two/.actor/actor.json': { actorSpecification: 1, name: 'second-actor', version: '0.1' },
            'actors/two/main.js': 'export default () => 2;',
        });
        const [first, second] = [await tempDir(), cwd].map((folder) => startServer(['dev'], folder));

        const [, port] = await first!.see(/127\.0\.0\.1:(\d+)\/#/);
        const [, other] = await second!.see(/serves 2 Actors: echo-actor, second-actor[^]*127\.0\.0\.1:(\d+)\/#/);

        expect(first!.said.stdout).toMatch(/no Actors yet[^]*greenroom init NAME/);
        expect(Number(port)).toBeGreaterThanOrEqual(4400);
        expect(other).not.toBe(port);
        expect(await second!.end()).toBe(0);
    });

    it('follows changes: builds compiled Actors, and reports errors', async () => {
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

        await server.see(/npm run build\n✔ Built \S+ in/);
        await server.see(/Console/);
        expect(await output()).toBe(1);
        await save('src/main.ts', 'export default () => 2;');
        await server.see(/↻ \S+ changed: src\/main\.ts\n[^↻]*✔ Built \S+/);
        expect(await output()).toBe(2);
        await save('src/main.ts', 'oops');
        await server.see(/✖ Build of \S+ failed \(.*\):\n {2}main\.ts: oops/);
        await mkdir(join(cwd, '.actor'));
        await save('.actor/actor.json', '{ "name": }');
        await server.see(/✖ \S+: .*actor\.json:1:11 is not valid JSON/);
        expect(await server.end()).toBe(0);
    });

    it('waits for active runs when it stops, but not at a second signal', async () => {
        const cwd = await actorFolder({
            'main.js': `export default async () => { console.log('begun'); await new Promise((resolve) => setTimeout(resolve, 1e6)); };`,
        });
        const server = startServer(['dev', '--port', '0'], cwd);
        await server.see(/Console/);
        const run = startCli(['run'], { cwd });
        await server.see(/begun/);

        server.child.kill('SIGINT');
        await server.see(/Stopping… Waiting for 1 run; press Ctrl\+C again to stop now\./);
        await server.see(/ABORTING/);

        expect(await server.end('SIGTERM')).toBe(0);
        run.kill('SIGKILL');
    });
});

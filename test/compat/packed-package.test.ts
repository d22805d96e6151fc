import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const exec = promisify(execFile);

const PROGRAM = `
import { createEngine } from 'greenroom';

const engine = await createEngine();
await engine.addActor({
    name: 'greeter',
    source: \`
        import { Actor } from 'apify';
        await Actor.init();
        const { who } = await Actor.getInput();
        await Actor.pushData({ greeting: 'Hello, ' + who + '!' });
        await Actor.exit();
    \`,
});
const run = await engine.call('greeter', { who: 'world' });
console.log(JSON.stringify({ status: run.status, items: await run.items() }));
await engine.close();
`;

describe('the packed package', () => {
    let folder: string;

    beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'greenroom-packed-'));
        await exec('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]);
        const [tarball] = await readdir(folder);
        await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
        await exec('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder });
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('runs an Actor from source text, and lets the process exit', async () => {
        await writeFile(join(folder, 'program.js'), PROGRAM);

        const { stdout, stderr } = await exec(process.execPath, ['program.js'], { cwd: folder, timeout: 30_000 });

        expect(stderr).toBe('');
        expect(JSON.parse(stdout)).toEqual({ status: 'SUCCEEDED', items: [{ greeting: 'Hello, world!' }] });
    });

    it('has a CLI that creates and runs an Actor', async () => {
        const greenroom = join(folder, 'node_modules', '.bin', 'greenroom');
        await exec(greenroom, ['init', 'my-actor'], { cwd: folder });

        const running = exec(greenroom, ['run', 'my-actor', 'names=Alan', '--json', '--quiet'], { cwd: folder });
        running.child.stdin?.end();

        expect(JSON.parse((await running).stdout)).toMatchObject({ items: [{ name: 'Alan', text: 'Hello, Alan!' }] });
    });

    it('includes the console', async () => {
        const program = `
            import { createEngine } from 'greenroom';
            const engine = await createEngine();
            const { url } = await engine.listen();
            const headers = { accept: 'text/html' };
            const page = await (await fetch(url, { headers })).text();
            const [, script] = /src="([^"]+)"/.exec(page);
            const answer = await fetch(url + script);
            console.log(answer.status, answer.headers.get('content-type'));
            await engine.close();
        `;
        await writeFile(join(folder, 'console.js'), program);

        const { stdout } = await exec(process.execPath, ['console.js'], { cwd: folder, timeout: 30_000 });

        expect(stdout).toBe('200 text/javascript; charset=utf-8\n');
    });

    it('has types that compile in strict mode with those of Node', async () => {
        const source = `import { createEngine } from 'greenroom';\nexport const engine = createEngine();\n`;
        const installed = join(process.cwd(), 'node_modules');
        const tsc = join(installed, 'typescript', 'bin', 'tsc');
        await symlink(join(installed, '@types'), join(folder, 'node_modules', '@types'), 'dir');
        await writeFile(join(folder, 'program.ts'), source);

        const check = exec(
            process.execPath,
            [tsc, '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', 'program.ts'],
            { cwd: folder },
        );

        await expect(check).resolves.toMatchObject({ stdout: '' });
    });
});

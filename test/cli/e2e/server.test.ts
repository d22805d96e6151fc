import { createEngine } from 'greenroom';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeServerFile } from '../../../src/cli/backend/connect.js';
import { cliIn } from '../../support/cli/cli.js';
import { keptDirectory } from '../../support/files/persistent-temp-dir.js';
import { waitUntil } from '../../support/wait-until.js';
import type { Engine } from 'greenroom';

/** A kept directory that a server owns, in this process. */
async function servedDirectory(): Promise<{ cwd: string; engine: Engine; url: string }> {
    const { cwd } = await keptDirectory();
    const engine = await createEngine({ storageDir: `${cwd}/.greenroom` });
    onTestFinished(() => engine.close({ force: true }));
    await engine.addActor({
        name: 'patient',
        run: async ({ log, signal }) => {
            log.info('Waiting');
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
            log.info('Called');
        },
    });
    await engine.addActor({ name: 'quick', run: () => 'done' });
    const { url } = await engine.listen();
    writeServerFile(`${cwd}/.greenroom`, { url, token: engine.token });
    return { cwd, engine, url };
}

describe('A directory owned by a server', () => {
    it('is read and changed through its API', async () => {
        const { cwd, engine } = await servedDirectory();
        const call = cliIn(cwd);

        expect((await call('dataset items products -n 1 --format jsonl')).stdout).toBe('{"n":0,"name":"Product 0"}\n');
        expect((await call('dataset push products', '{"n":45}')).code).toBe(0);
        expect((await call('kv set config name Bob')).code).toBe(0);
        expect((await call('kv get config name')).stdout).toBe('Bob');
        expect((await call('queue add todo https://a.example/9')).code).toBe(0);
        expect((await call('dataset info produts')).stderr).toContain('Did you mean `products`?');
        expect((await engine.client.dataset('products').get())?.itemCount).toBe(46);
    });

    it('has runs that are followed, aborted and resurrected', async () => {
        const { cwd, engine } = await servedDirectory();
        const call = cliIn(cwd);
        const run = await engine.start('patient');
        await waitUntil('the Actor to wait', async () => (await run.log.text()).includes('Waiting'));

        const followed = call('log patient --follow');
        const aborted = await call('abort patient --gracefully');

        expect(aborted.stdout).toContain('ABORTING; it has 30 seconds to stop');
        expect((await followed).stdout).toContain('Called');
        expect((await followed).stderr).toContain('The run is ABORTED');
        expect((await call('runs rm patient -y')).code).toBe(0);
        expect(await call('run quick')).toMatchObject({ code: 0, stdout: expect.stringContaining('✔ SUCCEEDED') });
        expect((await call('resurrect last --detach')).stdout).toMatch(
            /^Run \w{17} is (READY|RUNNING|SUCCEEDED)\. Follow it/,
        );
        await engine.client.run((await engine.client.runs().list({ desc: true })).items[0]!.id).waitForFinish();
        expect(JSON.parse((await call('resurrect last --json --quiet')).stdout)).toMatchObject({
            run: { status: 'SUCCEEDED', stats: { resurrectCount: 2 } },
            output: 'done',
        });
    });

    it.each([
        ['export out', 'Stop it before you export'],
        ['import .', 'Stop it before you import'],
    ])('is reported for unsupported commands: %s', async (line, remedy) => {
        const { cwd, url } = await servedDirectory();

        const { code, stderr } = await cliIn(cwd)(line);

        expect(code).toBe(1);
        expect(stderr).toContain(`The server at ${url} owns the storage directory`);
        expect(stderr).toContain(remedy);
    });
});

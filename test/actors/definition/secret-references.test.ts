import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { actorFolder } from '../source/actor-folder.js';
import { makeEngine } from '../../support/make-engine.js';
import { tempDir } from '../../support/files/temp-dir.js';

/** Sets the secrets that `apify secrets add` has stored. Returns a function that changes them. */
async function setSecrets(text: string | undefined): Promise<(changed: string) => Promise<void>> {
    const home = process.env['HOME'];
    process.env['HOME'] = await tempDir();
    onTestFinished(() => void (process.env['HOME'] = home));
    const folder = join(process.env['HOME'], '.apify');
    await mkdir(folder);
    const write = (content: string): Promise<void> => writeFile(join(folder, 'secrets.json'), content);
    if (text !== undefined) await write(text);
    return write;
}

async function actorWith(environmentVariables: Record<string, string>): Promise<string> {
    return actorFolder({
        '.actor/actor.json': { actorSpecification: 1, name: 'my-actor', version: '0.1', environmentVariables },
        'main.js': `console.log(JSON.stringify(process.env.PASSWORD), process.env.PASSWORD?.length, process.env.PLAIN);
            require('node:fs').writeFileSync(__dirname + '/seen', process.env.PASSWORD ?? '');`,
    });
}

describe('a variable that refers to a secret', () => {
    it.each([{}, { snapshot: true }])(
        'has the value of `apify secrets add`, which the log hides: %j',
        async (options) => {
            await setSecrets('{"pw":"hunter22"}');
            const engine = await makeEngine();
            const actor = await engine.addActor(await actorWith({ PASSWORD: '@pw', PLAIN: '@' }), options);

            const run = await engine.call(actor.id);
            const version = await engine.client.actor(actor.id).version('0.1').get();
            const build = await engine.client.build(actor.taggedBuilds['latest']!.buildId).get();

            expect(await run.log.text()).toMatch(/"\*+" 8 @\n/);
            expect(version!.envVars).toMatchObject([
                { name: 'PLAIN', value: '@' },
                { name: 'PASSWORD', isSecret: true },
            ]);
            expect(JSON.stringify(build)).not.toContain('hunter22');
        },
    );

    it('follows the file at the next run', async () => {
        const change = await setSecrets('{"pw":"one"}');
        const engine = await makeEngine();
        const { id } = await engine.addActor(await actorWith({ PASSWORD: '@pw' }));
        await engine.call(id);

        await change('{"pw":"a longer one"}');

        expect(await (await engine.call(id)).log.text()).toContain(' 12 ');
    });

    it.each([
        ['the file is missing', undefined],
        ['the file does not have it', '{"other":"x"}'],
        ['it is empty', '{"pw":""}'],
        ['the file is not JSON', '{'],
        ['it is inherited', '{"__proto__":{"pw":"x"}}'],
    ])('is refused by name if %s', async (_, text) => {
        await setSecrets(text);
        const engine = await makeEngine();

        await expect(engine.addActor(await actorWith({ PASSWORD: '@pw' }))).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringMatching(/`PASSWORD` refers to `@pw`.*apify secrets add pw VALUE/),
        });
        expect((await engine.client.actors().list()).total).toBe(0);
    });
});

import { describe, expect, it } from 'vitest';
import { makeEngine } from '../../support/make-engine.js';
import { addSdkActor } from '../../support/actors/sdk-actor.js';

describe('a thread that was prepared for the real SDK', () => {
    it('shows no trace of its warm-up in a run, whenever that begins', async () => {
        const engine = await makeEngine();
        const actor = await addSdkActor(
            engine,
            `import { Actor, log } from 'apify';
            await Actor.init();
            const { n } = await Actor.getInput();
            await Actor.pushData({ n });
            await Actor.setValue('STATE', { n, token: Actor.config.get('token') === process.env.APIFY_TOKEN });
            log.info('run ' + n);
            await Actor.exit();`,
        );

        // One after the other, so that spares are used during their imports, during their warm-up, and when idle.
        for (let n = 0; n < 12; n++) {
            const run = await engine.call(actor, { n });
            const { items } = await run.keyValueStore.listKeys();

            expect(await run.items()).toEqual([{ n }]);
            expect(items.map(({ key }) => key)).toEqual(['INPUT', 'STATE']);
            expect((await run.keyValueStore.getRecord('STATE'))?.value).toEqual({ n, token: true });
            expect(await run.log.text()).toMatch(new RegExp(`INFO +System info .*\\n.*INFO +run ${n}\\n$`));
        }
    });
});

import { describe, expect, it } from 'vitest';
import { connectConsole, type Message } from '../support/console/console-socket.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine } from 'greenroom';

const USERS = [
    { username: 'first', token: 'token-of-the-first' },
    { username: 'other', token: 'token-of-the-other' },
] as const;
const FOREVER = `export default async ({ log, signal }) => {
    log.info('I run');
    const timer = setInterval(() => {}, 1000);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    clearInterval(timer);
};`;

async function asking(token: string = USERS[0].token) {
    const engine = await makeEngine({ users: [...USERS] });
    const console = await connectConsole((await engine.listen()).url, token);
    await console.take('opened');
    let number = 0;
    const ask = async (question: string, id: string): Promise<Message> => {
        number += 1;
        const asked = number;
        console.send({ type: 'ask', number: asked, question, id });
        return waitUntil('a response', () => console.messages.find((message) => message['number'] === asked), {
            timeoutMillis: 10_000,
        });
    };
    return { engine, ask };
}

async function startForever(engine: Engine) {
    const run = await engine.start(await addSource(engine, FOREVER));
    await waitUntil('it to run', async () => (await run.log.text()).includes('I run'));
    return run;
}

describe('A console request without an API endpoint', () => {
    it('lists the child runs of a run', async () => {
        const { engine, ask } = await asking();
        await addSource(engine, 'export default () => 1;', 'child');
        const source = `export default async ({ Actor }) => { await Actor.call('child'); };`;
        const parent = await engine.call(await addSource(engine, source, 'parent'));

        const { type, runs } = await ask('started-runs', parent.id);

        expect(type).toBe('answer');
        const ids = (await parent.startedRuns()).map(({ id }) => id);
        expect((runs as { id: string }[]).map(({ id }) => id)).toEqual(ids);
        expect(ids).toHaveLength(1);
    });

    it('migrates a run, or reports why not', async () => {
        const { engine, ask } = await asking();
        const run = await startForever(engine);

        expect((await ask('migrate', run.id)).type).toBe('answer');
        expect(await run.log.text()).toContain('The run is being migrated');
        await run.abort();
        await run.finished();

        const refused = await ask('migrate', run.id);
        expect(refused).toMatchObject({ type: 'answer-refused', message: expect.stringContaining('ABORTED') });
    });

    it('reports runs of another user as missing', async () => {
        const { engine, ask } = await asking(USERS[1].token);
        const run = await startForever(engine);

        const refused = { type: 'answer-refused', message: expect.stringContaining('does not exist') };
        expect(await ask('started-runs', run.id)).toMatchObject(refused);
        expect(await ask('migrate', run.id)).toMatchObject(refused);

        expect(await run.log.text()).not.toContain('migrated');
    });
});

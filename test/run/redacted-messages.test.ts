import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { inputSchema, schemaFiles } from '../support/actors/schema-actor.js';
import { openWebhookServer } from '../support/servers/webhook-server.js';
import type { Isolation } from '../../src/model/execution.js';

const PASSWORD = 'correct "horse" battery/staple';
const INPUT = { password: PASSWORD, login: { parts: [{ pass: 'hush-hush-hush', pin: 87654321 }] }, how: '' };
const SECRETS = /horse|staple|hush-hush|87654321|variable-secret|greenroom_run_|token-of-the-engine/;
const SCHEMA = inputSchema({
    password: { type: 'string', editor: 'textfield', isSecret: true },
    login: { type: 'object', editor: 'json', isSecret: true },
    how: { type: 'string', editor: 'textfield' },
});
/** Ends the run in the way that the input says, with all secrets in the message. */
const TELLS = `export default async ({ Actor }) => {
    const input = await Actor.getInput();
    const { password, login } = input;
    const secrets = [password, encodeURIComponent(password), new URLSearchParams({ password }), login.parts[0].pass,
        JSON.stringify(input), process.env.SECRET, process.env.APIFY_TOKEN, 'token-of-the-engine'];
    const message = 'it is <' + secrets.join('> <') + '>';
    const ways = {
        crash: () => { throw new Error(message); },
        cause: () => { throw new Error('outer', { cause: new Error(message) }); },
        reject: () => Promise.reject(new Error(message)),
        exit: () => Actor.exit(message),
        fail: () => Actor.fail(message),
        status: () => Actor.setStatusMessage(message),
        client: () => Actor.newClient().run(process.env.ACTOR_RUN_ID).update({ statusMessage: message }),
        http: () => fetch(process.env.APIFY_API_BASE_URL + 'v2/actor-runs/' + process.env.ACTOR_RUN_ID, {
            method: 'PUT',
            headers: { authorization: 'Bearer ' + process.env.APIFY_TOKEN, 'content-type': 'application/json' },
            body: JSON.stringify({ statusMessage: message, isStatusMessageTerminal: true }),
        }),
        other: () => Actor.newClient().run(input.login.parts[0].other)
            .update({ statusMessage: message, isStatusMessageTerminal: true }),
    };
    await ways[input.how]();
};`;

async function createEngineWithSecrets() {
    const engine = await makeEngine({ token: 'token-of-the-engine' });
    await engine.addActor({ name: 'tells', sourceFiles: schemaFiles({ name: 'tells', input: SCHEMA, main: TELLS }) });
    const { client } = engine;
    const version = client.actor('tells').version('0.0');
    await version.envVars().create({ name: 'SECRET', value: 'variable-secret', isSecret: true });
    await client.actor('tells').build('0.0', { waitForFinish: 60, tag: 'latest' });
    const told: string[] = [];
    engine.on('run.status-message', (event) => void told.push(JSON.stringify(event)));
    engine.on('run.finished', (event) => void told.push(JSON.stringify(event)));
    return { engine, told };
}

describe('secrets in the messages of a run', () => {
    it.each<[Isolation, readonly string[]]>([
        ['thread', ['crash', 'cause', 'reject', 'exit', 'fail', 'status', 'client', 'http']],
        ['pooled', ['crash', 'exit']],
        ['process', ['crash', 'exit']],
    ])('are redacted wherever the message is shown: %s', async (isolation, ways) => {
        const { engine, told } = await createEngineWithSecrets();

        for (const how of ways) {
            const run = await engine.call('tells', { ...INPUT, how }, { isolation });
            expect([how, run.statusMessage]).toEqual([how, expect.stringMatching(/it is <\*\*\*> <\*\*\*>/)]);
            const open = await engine.fetch(new Request(`http://localhost/v2/actor-runs/${run.id}`));
            const log = await run.log.text();
            expect([how, SECRETS.exec(`${await open.text()}${log}${told.join('')}`)]).toEqual([how, null]);
        }
    });

    it('are redacted in messages that are set for another run, and sent by webhooks', async () => {
        const { engine } = await createEngineWithSecrets();
        const server = await openWebhookServer();
        await engine.addActor({
            name: 'waits',
            source: 'export default () => new Promise(() => setInterval(() => {}, 1000));',
        });
        const other = await engine.start('waits', undefined, {
            webhooks: [{ eventTypes: ['ACTOR.RUN.ABORTED'], requestUrl: server.url }],
        });
        const login = { parts: [{ ...INPUT.login.parts[0], other: other.id }] };

        await engine.call('tells', { ...INPUT, login, how: 'other' });
        await other.abort();
        const { text } = await server.take();

        expect(other.statusMessage).toMatch(/it is <\*\*\*>/);
        expect(text).toContain('it is <***>');
        expect(SECRETS.exec(`${text}${JSON.stringify(await other.info())}`)).toBeNull();
    });

    it('stay redacted after a metamorph, which leaves the secrets of the first Actor readable', async () => {
        const { engine } = await createEngineWithSecrets();
        const main = `export default async ({ Actor }) => {
            const { previous } = await Actor.getInput();
            await Actor.exit('it was <' + previous.join('> <') + '>');
        };`;
        await engine.addActor({ name: 'second', source: main });
        await engine.addActor({
            name: 'first',
            sourceFiles: schemaFiles({
                name: 'first',
                input: SCHEMA,
                main: `export default async ({ Actor }) => {
                    const { password, login } = await Actor.getInput();
                    await Actor.metamorph('second', { previous: [password, login.parts[0].pass] });
                };`,
            }),
        });

        const run = await engine.call('first', INPUT);

        expect(run.statusMessage).toBe('it was <***> <***>');
    });
});

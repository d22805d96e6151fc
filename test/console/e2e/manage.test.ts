import { describe, expect, it } from 'vitest';
import { useConsole, type OpenConsole } from '../../support/console/console.js';
import { actorWithFields, EVERY_EDITOR } from '../../support/console/every-editor.js';
import { openWebhookServer } from '../../support/servers/webhook-server.js';
import { waitUntil } from '../../support/wait-until.js';

const open = useConsole();
const HELLO = { name: 'hello', source: `export default ({ input }) => 'Hello ' + input.name` };

async function press({ page }: OpenConsole, name: string): Promise<void> {
    await page.getByRole('button', { name, exact: true }).click();
}

describe('a task', () => {
    it('is created with the input form of its Actor, run, updated and deleted', async () => {
        const console = await open();
        const { page, engine, visit } = console;
        const { id } = await engine.addActor(actorWithFields('with-form', { query: EVERY_EDITOR.query }));

        await visit('/tasks/new');
        await page.getByLabel('Actor', { exact: true }).selectOption(id);
        await page.getByLabel('Name').fill('my-task');
        await page.getByLabel('Query').fill('words');
        await page.getByLabel('Memory').selectOption('256');
        await press(console, 'Create task');
        await page.waitForURL(/\/tasks\/(?!new)\w+$/);
        await page.getByText('Task my-task created.').waitFor();
        await page.getByRole('heading', { name: 'my-task', level: 1 }).waitFor();
        expect(await engine.client.task('my-task').get()).toMatchObject({
            input: { query: 'words' },
            options: { memoryMbytes: 256 },
        });

        await page.getByLabel('Query').fill('others');
        await press(console, 'Save');
        await page.getByText('Task my-task saved.').waitFor();
        await press(console, 'Run');
        await page.waitForURL(/\/runs\/\w+$/);
        const run = engine.run(page.url().split('/').at(-1)!)!;
        await run.finished();
        expect(await run.output()).toEqual({ query: 'others' });

        await page.goBack();
        await press(console, 'Delete');
        await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
        await page.getByText('No tasks yet').waitFor();
        expect(console.problems).toEqual([]);
    });
});

describe('a schedule', () => {
    it('is described, created, run, and disabled', async () => {
        const console = await open();
        const { page, engine, visit } = console;
        const { id } = await engine.addActor(HELLO);

        await visit(`/schedules/new?actor=${id}`);
        await page.getByLabel('Name').fill('each-morning');
        await page.getByLabel('Time zone').fill('Europe/Prague');
        await page.getByRole('textbox', { name: 'Cron' }).fill('30 7 * * 1-5');
        await page.getByText('At 07:30, Monday through Friday').waitFor();
        await waitUntil(
            'the next times',
            async () => (await page.getByRole('list', { name: 'Upcoming runs' }).locator('time').count()) === 5,
        );
        const [next] = await page.getByRole('list', { name: 'Upcoming runs' }).locator('time').all();
        const dateTime = await next!.getAttribute('datetime');
        await page.getByRole('textbox', { name: 'Input' }).fill('{ "name": "you" }');
        await press(console, 'Create schedule');
        await page.waitForURL(/\/schedules\/(?!new)\w+$/);
        const [schedule] = (await engine.client.schedules().list()).items;
        expect(schedule).toMatchObject({ name: 'each-morning', timezone: 'Europe/Prague', isEnabled: true });
        expect(schedule!.nextRunAt!.toISOString()).toBe(dateTime);

        await press(console, 'Run now');
        await page.waitForURL(/\/runs\/\w+$/);
        const run = engine.run(page.url().split('/').at(-1)!)!;
        await run.finished();
        expect(await run.output()).toBe('Hello you');

        await visit('/schedules');
        await page.getByRole('switch', { name: 'each-morning is enabled' }).uncheck();
        await waitUntil(
            'it to be off',
            async () => (await engine.client.schedule(schedule!.id).get())?.isEnabled === false,
        );
        expect(console.problems).toEqual([]);
    });

    it('reports an invalid cron expression and invalid actions', async () => {
        const console = await open();
        const { page, visit } = console;
        await visit('/schedules/new');

        await page.getByRole('textbox', { name: 'Cron' }).fill('61 * * * *');
        await page.getByText("has '61' in its minute").waitFor();
        await page.getByRole('textbox', { name: 'Cron' }).fill('@daily');
        await press(console, 'Add Actor');
        await press(console, 'Create schedule');

        const alert = page.getByRole('status').getByRole('alert');
        expect(await alert.innerText()).toContain('Action 1 has no Actor. Select one, or remove it.');
    });
});

describe('a webhook', () => {
    it('is created and tested, and shows request and response', async () => {
        const console = await open();
        const { page, engine, visit } = console;
        const { id } = await engine.addActor(HELLO);
        const receiver = await openWebhookServer();
        await engine.call('hello', { name: 'you' });

        await visit(`/webhooks/new?actor=${id}`);
        await page.getByLabel('URL').fill(receiver.url);
        await page.getByRole('textbox', { name: 'Payload' }).fill('{ "what": {{eventType}}, "run": {{resource.id}} }');
        await press(console, 'Create webhook');
        await page.waitForURL(/\/webhooks\/(?!new)\w+$/);
        await press(console, 'Send test');
        await page.locator('.dispatch').getByText('Succeeded').waitFor();
        const run = await engine.call('hello', { name: 'you' });
        const dispatch = page.locator('.dispatch', { hasText: 'Run succeeded' });
        await dispatch.getByText('Succeeded', { exact: true }).waitFor();
        await dispatch.locator('summary').click();

        await dispatch.getByText('"ACTOR.RUN.SUCCEEDED"').waitFor();
        const text = await dispatch.innerText();
        expect(text).toContain(`"run": "${run.id}"`);
        expect(text).toContain('200');
        expect(console.problems).toEqual([]);
    });
});

describe('an Actor', () => {
    it('is built, with a live log', async () => {
        const console = await open();
        const { page, engine, visit } = console;
        const actor = await engine.client.actors().create({
            name: 'made-here',
            versions: [
                {
                    versionNumber: '0.1',
                    sourceType: 'SOURCE_FILES',
                    buildTag: 'latest',
                    sourceFiles: [
                        { name: 'main.js', content: 'export default () => process.env.WORD;' },
                        { name: 'package.json', content: '{ "type": "module", "main": "main.js" }' },
                    ],
                },
            ],
        });

        await visit(`/actors/${actor.id}/start`);
        await page.getByText('No build to run').waitFor();
        await visit(`/actors/${actor.id}/versions`);
        await press(console, 'Add variable');
        await page.getByRole('dialog').getByLabel('Name').fill('WORD');
        await page.getByRole('dialog').getByLabel('Value').fill('spoken');
        await page.getByRole('dialog').getByRole('button', { name: 'Add variable' }).click();
        await page.getByRole('cell', { name: 'WORD', exact: true }).waitFor();
        await visit(`/actors/${actor.id}/builds`);
        await press(console, 'Build version');
        await page.getByRole('dialog').getByRole('button', { name: 'Build version' }).click();
        await page.waitForURL(/\/builds\/\w+$/);

        await page.getByRole('heading', { level: 1 }).getByText('Succeeded').waitFor();
        await page.getByRole('log').locator('.log-line').first().waitFor();
        expect(await (await engine.call('made-here')).output()).toBe('spoken');
        expect(console.problems).toEqual([]);
    });

    it('is found by a part of its name, shows its readme, and can be given other settings', async () => {
        const console = await open();
        const { page, engine, visit } = console;
        await engine.addActor(HELLO);
        const { id } = await engine.addActor({
            name: 'other',
            sourceFiles: [
                { name: 'README.md', content: '# What it does\n\nIt does **nothing**.' },
                { name: 'main.js', content: 'export default () => 1;' },
                { name: 'package.json', content: '{ "type": "module", "main": "main.js" }' },
            ],
        });

        await visit('/actors');
        await page.getByLabel('Search Actors').fill('oth');
        await page.getByRole('link', { name: 'hello' }).waitFor({ state: 'detached' });
        await page.getByRole('link', { name: 'other' }).click();
        await page.getByRole('link', { name: 'README' }).click();
        await page.getByRole('heading', { name: 'What it does', level: 2 }).waitFor();
        await page.locator('strong', { hasText: 'nothing' }).waitFor();
        await page.getByRole('link', { name: 'Settings' }).click();
        await page.getByLabel('Title').fill('Another name');
        await page.getByLabel('Memory').selectOption('2048');
        await press(console, 'Save');

        await page.getByText('Settings saved.').waitFor();
        const actor = await engine.client.actor(id).get();
        expect(actor).toMatchObject({ title: 'Another name', defaultRunOptions: { memoryMbytes: 2048 } });
        expect(console.problems).toEqual([]);
    });
});

describe('the account', () => {
    it('shows the user and usage, and can sign out', async () => {
        const console = await open({ engine: { username: 'somebody' } });
        const { page, engine, visit } = console;
        await engine.addActor(HELLO);
        await engine.call('hello', { name: 'you' });

        await visit('/account');
        await page.getByText('Actor compute units').waitFor();
        expect(await page.getByRole('main').innerText()).toContain('somebody');
        await press(console, 'Sign out');

        await page.getByText('Signed out').waitFor();
        await page.reload();
        await page.getByLabel('Token or console link').waitFor();
    });
});

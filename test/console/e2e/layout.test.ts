import { describe, expect, it } from 'vitest';
import { useConsole } from '../../support/console/console.js';
import { actorWithFields, EVERY_EDITOR } from '../../support/console/every-editor.js';
import { waitUntil } from '../../support/wait-until.js';

const open = useConsole();
const HELLO = { name: 'hello', source: `export default () => 'Hello'` };

describe('The printed link', () => {
    it('opens the console, and removes the token from the address', async () => {
        const { page, visit, url, engine, problems } = await open();
        await engine.addActor(HELLO);
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));

        await visit('/actors');

        await page.getByRole('link', { name: 'hello' }).waitFor();
        expect(page.url()).toBe(`${url}/actors`);
        expect(asked.filter((address) => address.includes(engine.token))).toEqual([]);
        await page.reload();
        await page.getByRole('link', { name: 'hello' }).waitFor();
        expect(problems).toEqual([]);
    });

    it('can be entered on the token page', async () => {
        const { page, url, engine } = await open();
        await engine.addActor(HELLO);

        await page.goto(`${url}/actors`);
        await page.getByText('In the link that').waitFor();
        await page.getByLabel('Token or console link').fill(`${url}/#token=${engine.token}`);
        await page.getByRole('button', { name: 'Open' }).click();

        await page.getByRole('link', { name: 'hello' }).waitFor();
        expect(page.url()).toBe(`${url}/actors`);
    });

    it('with a wrong token reports it, and where to find the right one', async () => {
        const { page, url } = await open();

        await page.goto(`${url}/actors#token=wrong`);

        await page.getByRole('alert').waitFor();
        expect(await page.getByRole('main').innerText()).toContain('engine.token');
    });
});

describe('the pages', () => {
    it('have their own links, titles and initial focus', async () => {
        const { page, visit, engine, url } = await open();
        const { id } = await engine.addActor(HELLO);

        await visit(`/actors/${id}/builds`);
        await page.getByRole('heading', { name: 'hello' }).waitFor();
        expect(await page.title()).toBe('Builds · hello · greenroom');
        await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Schedules' }).click();

        await page.getByText('No schedules yet').waitFor();
        expect(page.url()).toBe(`${url}/schedules`);
        expect(await page.locator('h1:focus').innerText()).toBe('Schedules');
        await page.goBack();
        await page.getByRole('heading', { name: 'hello' }).waitFor();
    });

    it('have empty states', async () => {
        const { page, visit } = await open();
        const texts: string[] = [];

        for (const path of ['/', '/actors', '/tasks', '/schedules', '/webhooks', '/nowhere', '/actors/nobody']) {
            await visit(path);
            texts.push(await page.locator('.empty, .error-message').first().innerText());
        }

        expect(texts).toEqual([
            expect.stringContaining('greenroom dev'),
            expect.stringContaining('engine.addActor'),
            expect.stringContaining('Create task'),
            expect.stringContaining('Create schedule'),
            expect.stringContaining('Create webhook'),
            expect.stringContaining('no page at /nowhere'),
            expect.stringContaining('nobody'),
        ]);
    });

    it('report an address that is malformed in their place, and leave the navigation', async () => {
        const { page, visit } = await open();

        await visit('/runs/%E0%A4%A');
        await page.locator('.error-message').waitFor();
        await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Tasks' }).click();

        await page.getByText('No tasks yet').waitFor();
        expect(await page.locator('.error-message').count()).toBe(0);
    });

    it('are opened by keys', async () => {
        const { page, visit, engine, url } = await open();
        const { id } = await engine.addActor(HELLO);
        await visit('/');
        await page.getByRole('link', { name: 'hello' }).first().waitFor();

        await page.keyboard.press('g');
        await page.keyboard.press('a');
        await page.waitForURL(`${url}/actors`);
        await page.getByLabel('Search Actors').waitFor();
        await page.keyboard.press('/');
        await page.locator('[data-search]:focus').waitFor();
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+k');
        await page.getByLabel('Name or id').fill('start hel');
        await page.getByRole('option', { name: 'Start hello' }).waitFor();
        await page.keyboard.press('Enter');

        await page.waitForURL(/start$/);
        expect(page.url()).toBe(`${url}/actors/${id}/start`);
    });
});

/** Controls of a page without an accessible name. */
function nameless(): string[] {
    const named = (element: HTMLElement): boolean =>
        element.matches('[aria-label], [aria-labelledby]') ||
        element.textContent.trim() !== '' ||
        [...((element as HTMLInputElement).labels ?? [])].some((label) => label.textContent.trim() !== '');
    const all = [...document.querySelectorAll<HTMLElement>('button, a, input, select, textarea, table, nav, [role]')];
    const isQuiet = (element: HTMLElement): boolean => element.matches('[role="status"], [role="alert"]');
    return all
        .filter((element) => !named(element) && !isQuiet(element))
        .map((element) => element.outerHTML.slice(0, 120));
}

describe('A screen reader', () => {
    it('gets the names of all controls', async () => {
        const { page, visit, engine } = await open();
        const { id } = await engine.addActor(actorWithFields('with-form', EVERY_EDITOR));
        const { id: runId } = await engine.call('with-form');
        const { id: taskId } = await engine.client.tasks().create({ actId: id, name: 'my-task' });
        const found: string[] = [];
        expect(runId).toBeDefined();

        const paths = ['', '/start', '/runs', '/builds', '/versions', '/readme', '/settings'].map(
            (part) => `/actors/${id}${part}`,
        );
        for (const path of [
            '/',
            '/actors',
            ...paths,
            `/tasks/${taskId}`,
            '/schedules/new',
            '/webhooks/new',
            '/account',
        ]) {
            await visit(path);
            await page.getByRole('heading', { level: 1 }).waitFor();
            await waitUntil('the page to be there', async () => (await page.locator('.spinner').count()) === 0);
            found.push(...(await page.evaluate(nameless)).map((html) => `${path}: ${html}`));
        }

        expect(found).toEqual([]);
    });
});

describe('Untrusted content', () => {
    it('is never more than text', async () => {
        const evil = `<img src=x onerror="window.hurt = true"><script>window.hurt = true</script>`;
        const { page, visit, engine, problems } = await open();
        const { id } = await engine.addActor({
            name: 'evil',
            sourceFiles: [
                {
                    name: '.actor/actor.json',
                    content: JSON.stringify({
                        actorSpecification: 1,
                        name: 'evil',
                        version: '0.1',
                        title: evil,
                        description: evil,
                        input: {
                            title: 'Input',
                            description: evil,
                            type: 'object',
                            schemaVersion: 1,
                            properties: {
                                [evil]: {
                                    title: evil,
                                    type: 'string',
                                    editor: 'textfield',
                                    description: `${evil} <a href="javascript:window.hurt=true">x</a>`,
                                },
                            },
                        },
                    }),
                },
                {
                    name: 'README.md',
                    content: `# ${evil}\n\n${evil}\n\n[x](javascript:window.hurt=true) ![seen](https://evil.test/x.png) <b>b</b>\n`,
                },
                { name: 'package.json', content: '{ "type": "module", "main": "main.js" }' },
                { name: 'main.js', content: `export default () => console.log(${JSON.stringify(evil)});` },
            ],
        });

        for (const path of ['/', `/actors/${id}`, `/actors/${id}/start`, `/actors/${id}/readme`]) {
            await visit(path);
            await page.getByText('onerror').first().waitFor();
        }
        await page.locator('.markdown h2', { hasText: '<img src=x' }).waitFor();
        await page.locator('.markdown p', { hasText: '<b>b</b>' }).waitFor();
        expect(await page.locator('.markdown a[href]').allTextContents()).toEqual(['seen']);

        expect(await page.locator('img, main script, a[href^="javascript"]').count()).toBe(0);
        expect(await page.evaluate('window.hurt')).toBeUndefined();
        expect(problems).toEqual([]);
    });
});

describe('An HTML record', () => {
    it('has no access to the console in a new tab', async () => {
        const { page, visit, engine } = await open();
        await visit('/');
        await page.locator('.user.open').waitFor();
        const store = await engine.client.keyValueStores().getOrCreate('pages');
        const value = `<p>here</p><script>document.title = localStorage.getItem('greenroom.token')</script>`;
        await engine.client.keyValueStore(store.id).setRecord({ key: 'page', value, contentType: 'text/html' });

        await page.goto(await engine.client.keyValueStore(store.id).getRecordPublicUrl('page'));

        await page.getByText('here').waitFor();
        expect(await page.title()).toBe('');
    });
});

describe('the colours', () => {
    it('follow the system by default', async () => {
        const { page, visit } = await open({ browser: { colorScheme: 'dark' } });
        await visit('/');
        const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        await page.getByRole('button', { name: 'Theme: system' }).waitFor();
        const dark = await ground();

        await page.getByRole('button', { name: 'Theme: system' }).click();
        const light = await ground();
        await page.reload();
        await page.getByRole('button', { name: 'Theme: light' }).waitFor();

        expect(light).not.toBe(dark);
        expect(await ground()).toBe(light);
    });
});

describe('a narrow screen', () => {
    it.each(['/', '/actors', '/schedules/new', '/webhooks/new', '/account'])(
        'has no page that is too wide: %s',
        async (path) => {
            const { page, visit, engine } = await open({ browser: { viewport: { width: 360, height: 700 } } });
            await engine.addActor(HELLO);
            await engine.call('hello');

            await visit(path);
            await page.getByRole('heading', { level: 1 }).waitFor();
            await waitUntil('the page to be there', async () => (await page.locator('.spinner').count()) === 0);

            const { scrollWidth, clientWidth } = await page.evaluate(() => {
                const { scrollWidth, clientWidth } = document.documentElement;
                return { scrollWidth, clientWidth };
            });
            expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
        },
    );
});

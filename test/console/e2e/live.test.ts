import { describe, expect, it } from 'vitest';
import { useConsole } from '../../support/console/console.js';
import { waitUntil } from '../../support/wait-until.js';

const open = useConsole();
const HELLO = { name: 'hello', source: `export default () => 'Hello'` };

describe('the overview', () => {
    it('is updated live', async () => {
        const { page, visit, engine } = await open();
        await visit('/');
        await page.getByText('No Actors yet').waitFor();

        await engine.addActor(HELLO);
        await page.getByRole('link', { name: 'hello' }).waitFor();
        const run = await engine.call('hello');

        const row = page.getByRole('table', { name: 'Recent runs' }).getByRole('row', { name: run.id });
        await row.getByText('Succeeded').waitFor();
        expect(await row.innerText()).toContain('hello');
    });

    it('reports that it is offline, and catches up later', async () => {
        const { page, engine } = await open();
        await engine.addActor(HELLO);
        const first = await engine.listen();
        await page.goto(`${first.url}/#token=${engine.token}`);
        await page.getByRole('link', { name: 'hello' }).first().waitFor();
        await page.locator('.user.open').waitFor();

        await first.close();
        await page.getByText('Offline.').waitFor();
        const run = await engine.call('hello');
        await engine.listen({ port: first.port });

        await page.getByRole('table', { name: 'Recent runs' }).getByRole('row', { name: run.id }).waitFor();
        await page.getByText('Offline.').waitFor({ state: 'detached' });
        expect(await page.locator('.user').getAttribute('class')).toContain('open');
    });
});

describe('the first page', () => {
    it('waits for a slow connection with its question about a run', async () => {
        const { page, visit, engine } = await open();
        await engine.addActor(HELLO);
        const { id } = await engine.call('hello');
        let connect = (): void => undefined;
        await page.routeWebSocket(/\/console\/live$/, (socket) => {
            const server = socket.connectToServer();
            const isLate = new Promise<void>((resolve) => (connect = resolve));
            server.onMessage((message) => void isLate.then(() => socket.send(message)));
        });

        await visit(`/runs/${id}/related`);
        await page.getByRole('heading', { name: 'Child runs' }).waitFor();
        expect(await page.getByRole('alert').count()).toBe(0);
        connect();

        await page.getByText('No child runs').waitFor();
    });
});

describe('a console of another user', () => {
    it('shows no data of the first user', async () => {
        const users = [
            { username: 'first', token: 'token-of-the-first' },
            { username: 'other', token: 'token-of-the-other' },
        ];
        const { page, engine, url } = await open({ engine: { users } });
        await engine.addActor(HELLO);
        await engine.call('hello');

        await page.goto(`${url}/#token=token-of-the-other`);
        await page.getByText('other').waitFor();

        await page.getByText('No Actors yet').waitFor();
        expect(await page.getByText('hello').count()).toBe(0);
    });
});

describe('many runs', () => {
    it('are rendered only if visible', async () => {
        const COUNT = 2_000;
        const { page, visit, engine } = await open();
        const { id } = await engine.addActor({ name: 'many', run: () => 1 });
        for (let number = 0; number < COUNT; number += 1) await engine.call('many');
        const first = (await engine.client.actor('many').runs().list({ limit: 1 })).items[0]!;

        await visit(`/actors/${id}/runs`);
        const table = page.getByRole('table', { name: 'Runs of the Actor' });
        await table.waitFor();
        expect(await table.getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
        expect(await table.getByRole('row').count()).toBeLessThan(100);
        await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));

        await waitUntil(
            'the very first run',
            async () => (await table.getByRole('link', { name: first.id }).count()) > 0,
        );
        expect(await table.getByRole('row').count()).toBeLessThan(100);
    });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useConsole, type OpenConsole } from '../../support/console/console.js';
import { actorWithFields, EVERY_EDITOR } from '../../support/console/every-editor.js';
import { tempDir } from '../../support/files/temp-dir.js';
import { waitUntil } from '../../support/wait-until.js';

const open = useConsole();

/** An Actor in a folder, which is read as it is. */
async function folderActor() {
    const folder = await tempDir('greenroom-console-');
    await mkdir(join(folder, '.actor'));
    const write = async (fields: Record<string, object>): Promise<void> => {
        for (const { name, content } of actorWithFields('in-a-folder', fields).sourceFiles) {
            await writeFile(join(folder, name), content);
        }
    };
    return { folder, write, file: join(folder, '.actor', 'actor.json') };
}

/** Simulates the user's return from an editor to the browser. */
async function comeBack({ page }: OpenConsole): Promise<void> {
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
}

describe('An edited folder', () => {
    it('updates the form, and reports errors', async () => {
        const console = await open();
        const { page, engine, visit } = console;
        const { folder, write, file } = await folderActor();
        await write({ query: EVERY_EDITOR.query });
        const { id } = await engine.addActor(folder);
        await visit(`/actors/${id}/start`);
        await page.getByLabel('Query').fill('words');

        await write({ query: EVERY_EDITOR.query, rate: EVERY_EDITOR.rate });
        await comeBack(console);
        await page.getByLabel('Rate').waitFor();
        await writeFile(file, '{ "actorSpecification": 1,, }');
        await comeBack(console);

        const error = page.locator('.error-message');
        await error.waitFor();
        expect(await error.innerText()).toContain('actor.json');
        expect(await page.getByLabel('Query').inputValue()).toBe('words');
        await write({ query: EVERY_EDITOR.query });
        await page.getByRole('button', { name: 'Try again' }).click();
        await error.waitFor({ state: 'detached' });
        expect(console.problems).toEqual([]);
    });
});

describe('A missing record', () => {
    it.each(['builds', 'tasks', 'schedules', 'webhooks'])('is reported by its page: %s', async (path) => {
        const { page, visit } = await open();
        await visit(`/${path}/missing`);
        await page.getByRole('heading', { name: /^(Build|Task|Schedule|Webhook) missing not found$/ }).waitFor();
    });

    it('is reported by its page, also after it was shown', async () => {
        const console = await open();
        const { page, engine, visit } = console;
        const { id } = await engine.addActor({ name: 'fleeting', source: 'export default () => 1;' });
        await visit(`/actors/${id}`);
        await page.getByText('No runs yet').waitFor();

        await engine.client.actor(id).delete();
        await comeBack(console);

        await page.getByText(`Actor ${id} not found`).waitFor();
        await page.getByRole('link', { name: 'View all Actors' }).waitFor();
    });
});

describe('A rejected start', () => {
    it('shows the reason, and keeps the input', async () => {
        const console = await open({ engine: { maxTotalMemoryMbytes: 512 } });
        const { page, engine, visit } = console;
        const { id } = await engine.addActor(actorWithFields('hungry', { query: EVERY_EDITOR.query }));
        await visit(`/actors/${id}/start`);
        await page.getByLabel('Query').fill('words');
        await page.getByLabel('Memory').selectOption('4096');

        await page.getByRole('button', { name: 'Start', exact: true }).click();

        const alert = page.getByRole('alert');
        await waitUntil('the reason', async () => (await alert.count()) > 0);
        expect(await alert.first().innerText()).toContain('4096');
        expect(await page.getByLabel('Query').inputValue()).toBe('words');
    });

    it('reports an offline engine, and works once it is back', async () => {
        const { page, engine } = await open();
        const { id } = await engine.addActor(actorWithFields('far-away', { query: EVERY_EDITOR.query }));
        const listener = await engine.listen();
        await page.goto(`${listener.url}/actors/${id}/start#token=${engine.token}`);
        await page.getByLabel('Query').fill('words');
        await listener.close();

        await page.getByRole('button', { name: 'Start', exact: true }).click();
        await page.getByRole('alert').getByText('Cannot reach').waitFor();
        await engine.listen({ port: listener.port });
        await page.getByRole('button', { name: 'Start', exact: true }).click();

        await page.waitForURL(/\/runs\/\w+$/);
        expect((await engine.client.runs().list()).total).toBe(1);
    });
});

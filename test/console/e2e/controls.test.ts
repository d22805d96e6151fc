import { describe, expect, it } from 'vitest';
import { useConsole } from '../../support/console/console.js';
import { actorWithFields, EVERY_EDITOR } from '../../support/console/every-editor.js';
import { waitUntil } from '../../support/wait-until.js';

const open = useConsole();

/** Opens the form of an Actor with one field, and gives what edits it. */
async function openField(schema: object) {
    const console = await open();
    const { id } = await console.engine.addActor(actorWithFields('with-form', { it: schema }));
    await console.visit(`/actors/${id}/start`);
    const field = console.page.locator('[data-field="it"]');
    await field.waitFor();
    /** The value as it is in the input; undefined where there is none. */
    const value = async (): Promise<unknown> => {
        await console.page.getByRole('button', { name: 'JSON', exact: true }).click();
        const text = await console.page.getByRole('textbox', { name: 'Input as JSON' }).inputValue();
        await console.page.getByRole('button', { name: 'Form', exact: true }).click();
        return (JSON.parse(text) as { it?: unknown }).it;
    };
    return { ...console, field, value };
}

describe('the control of', () => {
    it('a proxy supports groups, custom servers, and none', async () => {
        const { field, value } = await openField(EVERY_EDITOR.proxy);
        const kind = field.locator('select');

        await kind.selectOption('apify');
        await field.getByLabel('Groups').fill('RESIDENTIAL, SHADER');
        await field.getByLabel('Groups').blur();
        await field.getByLabel('Country').fill('cz');
        await field.getByLabel('Country').blur();
        expect(await value()).toEqual({
            useApifyProxy: true,
            apifyProxyGroups: ['RESIDENTIAL', 'SHADER'],
            apifyProxyCountry: 'CZ',
        });

        await kind.selectOption('own');
        await field.getByLabel('URLs of proxies').fill('http://one.test:8000\nhttp://two.test:8000');
        expect(await value()).toEqual({
            useApifyProxy: false,
            proxyUrls: ['http://one.test:8000', 'http://two.test:8000'],
        });

        await kind.selectOption('none');
        expect(await value()).toEqual({ useApifyProxy: false });
        await kind.selectOption('default');
        expect(await value()).toBeUndefined();
    });

    it('a list of URLs supports other properties of requests, and lists from URLs', async () => {
        const { field, value } = await openField(EVERY_EDITOR.startUrls);

        await field.getByRole('button', { name: 'More properties of row 1' }).click();
        await field
            .getByRole('textbox', { name: 'All properties of row 1' })
            .fill('{ "url": "https://a.test", "method": "POST", "userData": { "label": "A" } }');
        await field.getByRole('button', { name: 'Add URL list' }).click();
        await field.getByLabel('Start URLs, row 2').fill('https://a.test/list.txt');
        await field.getByRole('button', { name: 'Move row 2 up' }).click();

        expect(await value()).toEqual([
            { requestsFromUrl: 'https://a.test/list.txt' },
            { url: 'https://a.test', method: 'POST', userData: { label: 'A' } },
        ]);
        await field.getByRole('button', { name: 'Remove row 1' }).click();
        await field.getByRole('button', { name: 'Remove row 1' }).click();
        expect(await value()).toBeUndefined();
    });

    it('several files accepts uploads and URLs', async () => {
        const { field, value } = await openField({
            title: 'Files',
            type: 'array',
            editor: 'fileupload',
            items: { type: 'string' },
        });

        await field.getByRole('button', { name: 'Add file' }).click();
        const buffer = Buffer.from('a');
        await field.getByLabel('Files: upload a file').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer });
        await waitUntil('the URL', async () => (await field.getByLabel('Files: URL').inputValue()) !== '');
        await field.getByRole('button', { name: 'Add file' }).click();
        await field.getByLabel('Files: URL').nth(1).fill('https://a.test/b.txt');

        expect(await value()).toEqual([expect.stringMatching(/\/records\/\w+-a\.txt\?/), 'https://a.test/b.txt']);
    });

    it('several storages suggests existing ones', async () => {
        const { engine, field, value, page } = await openField({
            title: 'Datasets',
            type: 'array',
            editor: 'resourcePicker',
            resourceType: 'dataset',
            resourcePermissions: ['READ'],
        });
        const { id } = await engine.client.datasets().getOrCreate('plans');

        await page.evaluate(() => window.dispatchEvent(new Event('focus')));
        await waitUntil(
            'the dataset to be suggested',
            async () => (await field.locator(`option[value="${id}"]`).count()) > 0,
        );
        await field.getByRole('button', { name: 'Add' }).click();
        await field.getByLabel('Datasets, row 1').fill(id);

        expect(await value()).toEqual([id]);
    });

    it('a nullable field has a checkbox for null', async () => {
        const { field, value } = await openField(EVERY_EDITOR.text);

        await field.getByLabel('null').check();
        expect(await value()).toBeNull();
        await field.getByLabel('null').uncheck();
        expect(await value()).toBeUndefined();
    });

    it('JSON keeps the last valid value until the text is valid', async () => {
        const { field, value } = await openField(EVERY_EDITOR.data);
        const text = field.getByRole('textbox');
        await text.fill('[1]');

        await text.fill('[1,');
        expect(await field.getByRole('alert').innerText()).toContain('Line 1, column');
        expect(await field.locator('.code-gutter .wrong').innerText()).toBe('1');

        expect(await value()).toEqual([1]);
    });

    it('a secret shows its value on request', async () => {
        const { field, page } = await openField(EVERY_EDITOR.secret);
        const text = field.locator('input');
        await text.fill('sesame-open');

        expect(await text.getAttribute('type')).toBe('password');
        await page.getByText('Call from code').click();
        expect(await page.locator('.snippets').innerText()).not.toContain('sesame-open');
        await field.getByRole('button', { name: 'Show' }).click();
        expect(await text.getAttribute('type')).toBe('text');
    });
});

import { describe, expect, it } from 'vitest';
import { useConsole, type OpenConsole } from '../../support/console/console.js';
import { actorWithFields, EVERY_EDITOR } from '../../support/console/every-editor.js';
import { waitUntil } from '../../support/wait-until.js';

const open = useConsole();

/** Opens the form of an Actor with these fields. */
async function openForm(fields: Record<string, object>, required: string[] = []) {
    const console = await open();
    const { id } = await console.engine.addActor(actorWithFields('with-form', fields, required));
    await console.visit(`/actors/${id}/start`);
    await console.page.getByRole('button', { name: 'Start', exact: true }).waitFor();
    const field = (name: string) => console.page.locator(`[data-field="${name}"]`);
    return { ...console, id, field };
}

async function start({ page }: OpenConsole): Promise<string> {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL(/\/runs\/\w+$/);
    return page.url().split('/').at(-1)!;
}

/** The input that a run has found. */
async function inputOf({ engine }: OpenConsole, runId: string): Promise<unknown> {
    const run = engine.run(runId)!;
    await run.finished();
    expect(run.status).toBe('SUCCEEDED');
    return run.output();
}

/** The input as the form has it now. */
async function asJson({ page }: OpenConsole): Promise<Record<string, unknown>> {
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const text = await page.getByRole('textbox', { name: 'Input as JSON' }).inputValue();
    await page.getByRole('button', { name: 'Form', exact: true }).click();
    return JSON.parse(text) as Record<string, unknown>;
}

describe('the form of an input schema', () => {
    it('starts with the prefills, and leaves defaults to the engine', async () => {
        const form = await openForm(EVERY_EDITOR);

        expect(await asJson(form)).toEqual({ startUrls: [{ url: 'https://a.test' }], tags: ['one'], hidden: 'kept' });
        expect(await form.field('text').locator('textarea').getAttribute('placeholder')).toBe('as ever');
        const input = await inputOf(form, await start(form));
        expect(input).toMatchObject({ text: 'as ever', pages: 5, isDeep: true, kinds: ['a'], hidden: 'kept' });
        expect(form.problems).toEqual([]);
    });

    it('has a control for every editor', async () => {
        const form = await openForm(EVERY_EDITOR);
        const { field, page } = form;
        const text = (name: string, value: string) => field(name).locator('input, textarea').first().fill(value);
        const press = (name: string, button: string) =>
            field(name).getByRole('button', { name: button, exact: true }).click();

        for (const section of await page.locator('details.form-section:not([open]) > summary').all())
            await section.click();
        await press('startUrls', 'Add URL');
        await field('startUrls').getByLabel('Start URLs, row 2').fill('https://b.test');
        await text('query', 'words');
        await text('text', 'of mine');
        await text('code', '() => 1');
        await text('script', 'pass');
        await text('secret', 'sesame-open');
        await text('day', '2026-11-26');
        await field('since').getByLabel('Kind of date').selectOption('relative');
        await field('since').getByRole('spinbutton').fill('3');
        await field('country').locator('select').selectOption({ label: 'Germany' });
        await text('city', 'Brno');
        await field('kinds').getByLabel('b').check();
        await text('file', 'https://a.test/file.csv');
        await text('pages', '7');
        await text('rate', '0.25');
        await field('isDeep').getByRole('checkbox').uncheck();
        await press('tags', 'Add');
        await field('tags').getByLabel('Tags, row 2').fill('two');
        await press('headers', 'Add');
        await field('headers').getByLabel('Headers, key of row 1').fill('accept');
        await field('headers').getByLabel('Headers, value of row 1').fill('*/*');
        await press('globs', 'Add glob');
        await field('globs').getByLabel('Globs, row 1').fill('https://a.test/**');
        await press('pseudo', 'Add pseudo-URL');
        await field('pseudo').getByLabel('Pseudo-URLs, row 1').fill('https://a.test/[.*]');
        await text('data', '[{ "a": 1 }]');
        await field('proxy').locator('select').selectOption('apify');
        await field('shape.width').locator('input').fill('30');
        await press('rows', 'Add');
        await field('rows.0.label').locator('input').fill('first');
        await text('dataset', 'my-dataset');
        await text('any', '42');

        expect(await asJson(form)).toEqual({
            startUrls: [{ url: 'https://a.test' }, { url: 'https://b.test' }],
            query: 'words',
            text: 'of mine',
            code: '() => 1',
            script: 'pass',
            secret: 'sesame-open',
            day: '2026-11-26',
            since: '3 days',
            country: 'de',
            city: 'Brno',
            kinds: ['a', 'b'],
            file: 'https://a.test/file.csv',
            pages: 7,
            rate: 0.25,
            isDeep: false,
            tags: ['one', 'two'],
            headers: [{ key: 'accept', value: '*/*' }],
            globs: [{ glob: 'https://a.test/**' }],
            pseudo: [{ purl: 'https://a.test/[.*]' }],
            data: [{ a: 1 }],
            proxy: { useApifyProxy: true },
            shape: { width: 30 },
            rows: [{ label: 'first' }],
            dataset: 'my-dataset',
            any: 42,
            hidden: 'kept',
        });
        expect(form.problems).toEqual([]);
    });

    it('shows errors at the fields, and does not start', async () => {
        const form = await openForm(EVERY_EDITOR, ['query']);
        const error = form.field('query').locator('.field-error');

        await form.page.getByRole('button', { name: 'Start', exact: true }).click();
        expect(await error.innerText()).toBe('Required');
        await waitUntil(
            'the focus to be there',
            async () => (await form.field('query').locator('input:focus').count()) > 0,
        );
        await form.field('query').locator('input').fill('Words');
        await form.page.getByText('Only small letters, please').waitFor();
        expect(await form.engine.client.runs().list()).toMatchObject({ total: 0 });

        await form.field('query').locator('input').fill('words');
        await error.waitFor({ state: 'detached' });
        expect(await inputOf(form, await start(form))).toMatchObject({ query: 'words' });
    });

    it('loses nothing between form and JSON, known or not', async () => {
        const form = await openForm(EVERY_EDITOR);
        const input = {
            startUrls: [
                { url: 'https://a.test', method: 'POST', userData: { label: 'DETAIL' } },
                { requestsFromUrl: 'https://a.test/list.txt' },
            ],
            pages: 'not a number',
            text: null,
            since: '2026-11-26T10:00',
            later: { any: ['thing'] },
        };
        await form.page.getByRole('button', { name: 'JSON', exact: true }).click();
        await form.page.getByRole('textbox', { name: 'Input as JSON' }).fill(JSON.stringify(input));

        await form.page.getByRole('button', { name: 'Form', exact: true }).click();
        await form.field('query').locator('input').fill('words');

        expect(await asJson(form)).toEqual({ ...input, query: 'words' });
        expect(await form.page.getByText('Extra properties').innerText()).toContain('later');
    });

    it('shows the position of a JSON error', async () => {
        const form = await openForm(EVERY_EDITOR);
        await form.page.getByRole('button', { name: 'JSON', exact: true }).click();
        await form.page
            .getByRole('textbox', { name: 'Input as JSON' })
            .fill('{\n    "query": "words",\n    "pages": 3 4\n}');

        await form.page.getByRole('button', { name: 'Form', exact: true }).click();

        expect(await form.page.locator('.code-gutter .wrong').innerText()).toBe('3');
        expect(await form.page.getByRole('alert').innerText()).toContain('Line 3, column 16');
    });

    it('uploads a file, which the Actor reads from its URL', async () => {
        const form = await openForm({ file: EVERY_EDITOR.file });

        await form.page.getByLabel('File: upload a file').setInputFiles({
            name: 'a list.csv',
            mimeType: 'text/csv',
            buffer: Buffer.from('a,b'),
        });
        const url = await waitUntil('the URL', () =>
            form.page
                .getByLabel('File: URL')
                .inputValue()
                .then((text) => text || undefined),
        );

        expect(await (await fetch(url)).text()).toBe('a,b');
    });
});

describe('An Actor that changes while its input is edited', () => {
    it('has the new fields in the form, and keeps the input', async () => {
        const form = await openForm({ query: EVERY_EDITOR.query });
        await form.field('query').locator('input').fill('words');

        await form.engine.addActor(
            actorWithFields('with-form', { query: EVERY_EDITOR.query, rate: EVERY_EDITOR.rate }),
        );
        await form.field('rate').locator('input').fill('2');

        expect(await inputOf(form, await start(form))).toEqual({ query: 'words', rate: 2 });
    });
});

describe('Bulk edit of a list', () => {
    it('sets the lines, and keeps properties of unchanged ones', async () => {
        const form = await openForm({
            startUrls: { ...EVERY_EDITOR.startUrls, prefill: [{ url: 'https://a.test', method: 'POST' }] },
        });
        await form.page.getByRole('button', { name: 'Bulk edit' }).click();
        const text = form.page.getByRole('dialog').getByRole('textbox');

        await text.fill('https://b.test\n\n  https://a.test  \n');
        await text.press('Control+Enter');
        await form.page.getByRole('button', { name: 'Apply' }).click();

        expect(await asJson(form)).toEqual({
            startUrls: [{ url: 'https://b.test' }, { url: 'https://a.test', method: 'POST' }],
        });
        expect((await form.engine.client.runs().list()).total).toBe(0);
    });
});

describe('the options of a run', () => {
    it('are the selected ones', async () => {
        const form = await openForm({ query: EVERY_EDITOR.query });
        await form.page.getByLabel('Memory').selectOption('512');
        await form.page.getByLabel('Timeout').fill('77');
        await form.page.getByLabel('Max paid items').fill('5');

        const run = await form.engine.run(await start(form))!.info();

        expect(run.options).toMatchObject({ memoryMbytes: 512, timeoutSecs: 77, maxItems: 5 });
    });
});

describe('A repeated run', () => {
    it('fills the form with its input and options', async () => {
        const form = await openForm(EVERY_EDITOR);
        const run = await form.engine.call('with-form', { query: 'again', later: 1 }, { memory: 256 });

        await form.visit(`/actors/${form.id}/start?runAgain=${run.id}`);
        await form.field('query').waitFor();

        expect(await form.field('query').locator('input').inputValue()).toBe('again');
        expect(await form.page.getByLabel('Memory').inputValue()).toBe('256');
        expect(await inputOf(form, await start(form))).toMatchObject({ query: 'again', later: 1 });
    });
});

describe('an Actor without an input schema', () => {
    it('accepts any JSON', async () => {
        const console = await open();
        const { id } = await console.engine.addActor({
            name: 'schemaless',
            source: 'export default ({ input }) => input;',
        });
        await console.visit(`/actors/${id}/start`);

        await console.page.getByRole('textbox', { name: 'Input as JSON' }).fill('["any", { "thing": 1 }]');

        expect(await inputOf(console, await start(console))).toEqual(['any', { thing: 1 }]);
    });
});

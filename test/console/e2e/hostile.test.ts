import { describe, expect, it } from 'vitest';
import { ConsoleBrowser, says, seen } from '../../support/console/console-browser.js';

const browser = new ConsoleBrowser();

/** Each would set `hacked` on the window, if any of it became a part of the page. */
const ATTACKS = [
    '<img src=x onerror="window.hacked=1">',
    '<script>window.hacked=1</script>',
    '"><svg onload=window.hacked=1>',
    '</title><style>*{display:none}</style><base href="https://evil.example/">',
    'javascript:window.hacked=1',
];
const ATTACK = ATTACKS.join(' ');

describe('Untrusted content of Actors', () => {
    it('stays text in logs, status messages, items and errors of requests', async () => {
        const source = `import { Actor, log } from 'apify';
            await Actor.init();
            const { attack, attacks } = await Actor.getInput();
            log.info(attack);
            log.error(attack + '\\u001b]8;;javascript:window.hacked=1\\u0007link\\u001b]8;;\\u0007');
            await Actor.setStatusMessage(attack);
            await Actor.pushData(attacks.map((text) => ({ [text]: text, nested: { [text]: [text] } })));
            await Actor.setValue('OUTPUT', { [attack]: attack });
            const queue = await Actor.openRequestQueue();
            await queue.addRequest({ url: 'https://x.example/#' + attack, userData: { attack } });
            const request = await queue.fetchNextRequest();
            request.errorMessages = [attack];
            await queue.markRequestHandled(request);
            throw new Error(attack);`;
        await browser.engine.addActor({ name: 'attacker', source });
        const run = await browser.engine.call('attacker', { attack: ATTACK, attacks: ATTACKS });
        const page = await browser.open(`/runs/${run.id}/log`);

        await says(page.locator('.log-line', { hasText: 'onerror' }), '<img src=x');
        await says(page.locator('.run-message'), '<script>');
        for (const [part, landmark] of [
            ['items', '.table'],
            ['items?as=json', '.items-json'],
            ['output', '.record .json'],
            ['input', '.record .json'],
            ['requests', '.table'],
        ]) {
            await page.goto(`${browser.url}/runs/${run.id}/${part}`);
            await says(page.locator(landmark!), 'window.hacked=1');
        }
        await page.locator('.cell-button').click();
        await says(page.locator('.request-errors'), '<svg onload');

        expect(await page.evaluate('window.hacked')).toBeUndefined();
        expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
    });

    it('stays text in names and keys, and an HTML record runs nothing and reaches nothing', async () => {
        const { id } = await browser.engine.client.keyValueStores().getOrCreate('hostile');
        const records = browser.engine.client.keyValueStore(id);
        await records.update({ title: ATTACK });
        const html = `<h1>Shown</h1><script>window.hacked=1; parent.hacked=1; top.document.title='hacked'</script>
            <img src=x onerror="parent.hacked=1"><form action="https://evil.example/"><button>Send</button></form>
            <meta http-equiv="refresh" content="0;url=javascript:parent.hacked=1">
            <a href="javascript:parent.hacked=1" target="_top">out</a>`;
        await records.setRecord({ key: 'page.html', value: html, contentType: 'text/html' });
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="parent.hacked=1"><script>parent.hacked=1</script></svg>`;
        await records.setRecord({ key: 'image.svg', value: svg, contentType: 'image/svg+xml' });
        await records.setRecord({
            key: "it's-!(odd).json",
            value: Buffer.from('{"broken'),
            contentType: 'application/json',
        });
        const page = await browser.open(`/storage/key-value-stores/${id}`);
        await says(page.locator('h1'), '<script>');

        await page.locator('.key-list').getByTitle('page.html').click();
        await seen(page.frameLocator('.record-html').getByText('Shown'));
        await page.frameLocator('.record-html').getByText('out').click();
        await page.locator('.key-list').getByTitle('image.svg').click();
        await seen(page.locator('.record-image'));
        await page.locator('.key-list').getByTitle("it's-!(odd).json").click();
        await says(page.locator('.record'), 'Invalid JSON');

        expect(await page.evaluate('window.hacked')).toBeUndefined();
        expect(await page.title()).not.toBe('hacked');
        expect(page.url()).toContain(`/storage/key-value-stores/${id}`);
    });

    it("is harmless when opened in the console's origin", async () => {
        const { id } = await browser.engine.client.keyValueStores().getOrCreate('opened');
        const records = browser.engine.client.keyValueStore(id);
        const steals = `<p id="said">nothing</p><script>document.getElementById('said').textContent = 'stolen ' + localStorage.length</script>`;
        await records.setRecord({ key: 'page.html', value: steals, contentType: 'text/html' });
        const page = await browser.open(`/storage/key-value-stores/${id}?key=page.html`);

        const [opened] = await Promise.all([
            page.context().waitForEvent('page'),
            page.getByRole('link', { name: 'Open in new tab' }).click(),
        ]);

        await says(opened.locator('#said'), 'nothing');
    });

    it('keeps the token in one place only', async () => {
        const page = await browser.open('/runs');
        await seen(page.locator('h1', { hasText: 'Runs' }));

        expect(page.url()).not.toContain('token');
        expect(await page.content()).not.toContain(browser.engine.token);
    });
});

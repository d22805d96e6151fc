import { describe, expect, it } from 'vitest';
import { addSource } from '../../support/make-engine.js';
import { addPriced, perEvent } from '../../support/actors/priced-actor.js';
import { openWebhookServer } from '../../support/servers/webhook-server.js';
import { ConsoleBrowser, gone, says, seen } from '../../support/console/console-browser.js';
import type { RunHandle } from 'greenroom';
import type { Page } from 'playwright-core';

const browser = new ConsoleBrowser();
let count = 0;

/** Starts a run of an Actor with such a body. */
async function start(body: string, input: object = {}): Promise<RunHandle> {
    count += 1;
    const source = `import { Actor, log } from 'apify'; await Actor.init(); ${body} await Actor.exit();`;
    return browser.engine.start(await addSource(browser.engine, source, `actor-${count}`), input);
}

const FOREVER = 'await new Promise((resolve) => { Actor.on("aborting", resolve); setInterval(() => {}, 1000); });';

/** Logs a line once a record requests it. */
const ON_DEMAND = `for (let n = 0; ; n += 1) {
    const wish = await Actor.getValue('WISH-' + n);
    if (wish === null || wish === undefined) { n -= 1; await new Promise((resolve) => setTimeout(resolve, 20)); continue; }
    if (wish === 'end') break;
    log.info(wish);
    await Actor.setStatusMessage('did ' + wish);
}`;

/** True if the first plot has a line in the accent colour; and if it has black areas, as from an unknown colour. */
async function coloursOf(page: Page, accent = '15,118,110'): Promise<{ line: boolean; black: boolean }> {
    return page.evaluate(`(() => {
        const canvas = document.querySelector('.usage-plot canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let [line, black] = [false, 0];
        for (let at = 0; at < data.length; at += 4) {
            const colour = data.slice(at, at + 3).join(',');
            line ||= colour === '${accent}' && data[at + 3] === 255;
            if (colour === '0,0,0' && data[at + 3] === 255) black += 1;
        }
        return { line, black: black > 100 };
    })()`);
}

describe('the page of a run', () => {
    it('shows its log, its status and its status message live, to its end', async () => {
        const run = await start(ON_DEMAND);
        const page = await browser.open(`/runs/${run.id}`);
        await seen(page.getByText('Running', { exact: true }));

        await run.keyValueStore.setRecord({ key: 'WISH-0', value: 'the first wish' });
        await seen(page.locator('.log-line', { hasText: 'the first wish' }));
        await says(page.locator('.run-message'), 'did the first wish');

        await run.keyValueStore.setRecord({ key: 'WISH-1', value: 'end' });
        await seen(page.locator('h1 [data-status="SUCCEEDED"]'));
        await says(page.locator('.run-details'), /Exit code\s*0/);
    });

    it('searches and filters the log by text and level', async () => {
        const run = await start(
            `log.info('apple one'); log.warning('pear'); log.info('apple two'); log.error('bad apple');`,
        );
        await run.finished();
        const page = await browser.open(`/runs/${run.id}/log`);
        await seen(page.locator('.log-line', { hasText: 'bad apple' }));

        await page.keyboard.press('/');
        await page.keyboard.type('APPLE');
        await says(page.locator('.log-found'), '1 of 3');
        await page.keyboard.press('Enter');
        await says(page.locator('.log-found'), '2 of 3');
        await says(page.locator('.log-line.current'), 'apple two');
        expect(await page.locator('.log mark').allTextContents()).toEqual(['apple', 'apple', 'apple']);

        await page.getByRole('button', { name: 'Filter' }).click();
        await gone(page.locator('.log-line', { hasText: 'pear' }));

        await page.keyboard.press('Escape');
        await page.getByLabel('Search in the log').fill('');
        await page.getByLabel('Minimum level').selectOption('warning');
        await gone(page.locator('.log-line', { hasText: 'apple one' }));
        expect(await page.locator('.log-line').count()).toBeGreaterThanOrEqual(2);
    });

    it('wraps long lines into as many rows as they need', async () => {
        const run = await start(`console.log('x'.repeat(1000) + 'END'); console.log('after');`);
        await run.finished();
        const page = await browser.open(`/runs/${run.id}/log`);
        await seen(page.locator('.log-line', { hasText: 'after' }));

        await page.getByRole('button', { name: 'Wrap' }).click();

        const line = page.locator('.log-line', { hasText: 'END' });
        await expect.poll(async () => (await line.boundingBox())!.height).toBeGreaterThan(60);
        const text = (await line.locator('.log-text').boundingBox())!;
        const box = (await line.boundingBox())!;
        // All of it is in the rows that it was given, and none of them is empty.
        expect(
            await page.evaluate(
                'document.querySelector(".log").scrollWidth <= document.querySelector(".log").clientWidth',
            ),
        ).toBe(true);
        expect(Math.abs(box.height - text.height)).toBeLessThan(20);
        const after = (await page.locator('.log-line', { hasText: 'after' }).boundingBox())!;
        expect(after.y).toBeGreaterThanOrEqual(box.y + box.height - 1);
    });

    it('follows the log until the user scrolls up, and again on request', async () => {
        const run = await start(`for (let n = 0; n < 500; n += 1) log.info('line ' + n);`);
        await run.finished();
        const page = await browser.open(`/runs/${run.id}/log`);
        await seen(page.locator('.log-line', { hasText: 'line 499' }));

        await page.locator('.log').hover();
        await page.mouse.wheel(0, -4000);
        await seen(page.getByRole('button', { name: 'Follow', pressed: false }));
        await gone(page.locator('.log-line', { hasText: 'line 499' }));

        await page.getByRole('button', { name: 'Follow' }).click();
        await seen(page.locator('.log-line', { hasText: 'line 499' }));
    });

    it('copies and downloads the log', async () => {
        const run = await start(`log.info('to be copied');`);
        await run.finished();
        const page = await browser.open(`/runs/${run.id}/log`, { permissions: ['clipboard-read', 'clipboard-write'] });
        await seen(page.locator('.log-line', { hasText: 'to be copied' }));

        await page.getByRole('button', { name: 'Copy the shown lines' }).click();
        await seen(page.getByRole('button', { name: 'Copied' }));
        expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^\d{4}-.*Z INFO {2}to be copied\n/m);

        const [download] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('link', { name: 'Download the log' }).click(),
        ]);
        expect(download.suggestedFilename()).toBe('log.txt');
    });

    it('aborts a run gracefully, and resurrects it with another timeout', async () => {
        const run = await start(FOREVER);
        const page = await browser.open(`/runs/${run.id}`);

        await page.getByRole('button', { name: 'Abort gracefully' }).click();
        await seen(page.locator('h1 [data-status="ABORTED"]'));

        await page.getByRole('button', { name: 'Resurrect' }).click();
        await page.getByRole('dialog').getByLabel('Timeout').fill('77');
        await page.getByRole('dialog').getByRole('button', { name: 'Resurrect run' }).click();
        await seen(page.locator('h1 [data-status="RUNNING"]'));
        expect((await run.info()).options.timeoutSecs).toBe(77);

        await page.getByRole('button', { name: 'Abort', exact: true }).click();
        await seen(page.locator('h1 [data-status="ABORTED"]'));
    });

    it('reboots and migrates a run', async () => {
        const run = await start(`log.info('I begin'); Actor.on('migrating', () => Actor.reboot()); ${FOREVER}`);
        const page = await browser.open(`/runs/${run.id}`);
        await seen(page.locator('.log-line', { hasText: 'I begin' }));

        await page.getByRole('button', { name: 'Reboot' }).click();
        await expect.poll(async () => (await run.info()).stats.rebootCount, { timeout: 10_000 }).toBe(1);
        await expect.poll(() => page.locator('.log-line', { hasText: 'I begin' }).count(), { timeout: 10_000 }).toBe(2);

        await page.getByRole('button', { name: 'Migrate' }).click();
        await seen(page.getByText('Migrating: the Actor saves'));
        await expect.poll(async () => (await run.info()).stats.migrationCount, { timeout: 10_000 }).toBe(1);
        await run.abort();
    });

    it('asks before deleting a run, and explains a missing one', async () => {
        const run = await start('');
        await run.finished();
        const page = await browser.open(`/runs/${run.id}`);

        await page.getByRole('button', { name: 'Delete the run' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
        await seen(page.locator('h1', { hasText: 'Runs' }));
        expect(await browser.engine.client.run(run.id).get()).toBeUndefined();

        await page.goto(`${browser.url}/runs/${run.id}`);
        await seen(page.getByText(`Run ${run.id} not found`));
        await seen(page.getByRole('link', { name: 'View all runs' }));
    });

    it('shows memory and CPU over time, also of a finished run', async () => {
        const run = await start('const end = Date.now() + 1500; while (Date.now() < end) Math.random();');
        await run.finished();
        const page = await browser.open(`/runs/${run.id}/usage`);

        await seen(page.locator('.usage-plot canvas'));
        expect(await page.locator('.usage-plot canvas').count()).toBe(2);
        await says(page.getByLabel('Statistics'), 'Peak memory');
        expect(await coloursOf(page)).toEqual({ line: true, black: false });
        await page.getByRole('button', { name: 'Theme: system' }).click();
        await page.getByRole('button', { name: 'Theme: light' }).click();
        await expect.poll(() => coloursOf(page, '45,212,191')).toEqual({ line: true, black: false });
        const words = await page.getByRole('img', { name: /^CPU/ }).getAttribute('aria-label');
        expect(Number(/average (\d+)%/.exec(words ?? '')?.[1])).toBeGreaterThan(0);
    });

    it('shows its input without its secrets, its output, and leads to a start with that input', async () => {
        const schema = {
            title: 'Secretive',
            type: 'object',
            schemaVersion: 1,
            properties: {
                key: { title: 'Key', type: 'string', description: 'A key', editor: 'textfield', isSecret: true },
                page: { title: 'Page', type: 'integer', description: 'A page' },
            },
        };
        const files = {
            'package.json': '{ "type": "module", "main": "main.js" }',
            '.actor/actor.json': JSON.stringify({
                actorSpecification: 1,
                name: 'secretive',
                version: '0.1',
                input: schema,
            }),
            'main.js': 'export default ({ input }) => ({ answer: input.page * 2 });',
        };
        const sourceFiles = Object.entries(files).map(([name, content]) => ({ name, content }));
        await browser.engine.addActor({ name: 'secretive', sourceFiles });
        const run = await browser.engine.call('secretive', { key: 'hush-hush', page: 21 });
        const page = await browser.open(`/runs/${run.id}/input`);

        await says(page.locator('.json'), '"page": 21');
        const shown = (await page.locator('main').textContent())!;
        expect(shown).not.toContain('hush-hush');
        expect(shown).not.toContain('ENCRYPTED');
        const { actId } = await run.info();
        expect(await page.getByRole('link', { name: 'Edit and run again' }).getAttribute('href')).toBe(
            `/actors/${actId}/start?runAgain=${run.id}`,
        );

        await page.getByRole('link', { name: 'Output' }).click();
        await says(page.locator('.json'), '"answer": 42');
        // The focus stays on the tabs.
        expect(await page.evaluate('document.activeElement.textContent')).toBe('Output');
    });

    it('shows child runs and webhook dispatches', async () => {
        const child = await addSource(browser.engine, 'export default () => 1;', 'child');
        const run = await start(`await Actor.call('${child}');`);
        await run.finished();
        const [started] = await run.startedRuns();
        const page = await browser.open(`/runs/${run.id}/related`);

        await seen(page.getByRole('link', { name: started!.id }));
        await seen(page.getByText('No dispatches for this run.'));
        await page.getByRole('link', { name: started!.id }).click();
        await seen(page.locator('h1', { hasText: started!.id }));
    });

    it('shows webhook dispatches with their responses', async () => {
        const receiver = await openWebhookServer();
        const name = await addSource(browser.engine, 'export default () => 1;', 'watched');
        const webhooks = [{ eventTypes: ['ACTOR.RUN.SUCCEEDED'], requestUrl: receiver.url }] as const;
        const run = await browser.engine.call(name, undefined, { webhooks });
        await receiver.take();
        const page = await browser.open(`/runs/${run.id}/related`);

        const dispatch = page.getByLabel('Webhook dispatches').locator('details');
        await says(dispatch, 'Run succeeded');
        await dispatch.locator('summary').click();
        await says(dispatch, 'taken');
    });

    it('shows charged events, and each input', async () => {
        const { engine } = browser;
        await addSource(engine, 'export default ({ input }) => input;', 'becomes');
        const body = `await Actor.charge({ eventName: 'page', count: 3 }); await Actor.metamorph('becomes', { second: true });`;
        const name = await addPriced(engine, 'built-in', body, perEvent({ page: 0.5 }));
        const run = await engine.call(name, { first: true });
        const page = await browser.open(`/runs/${run.id}/usage`);

        await says(page.getByLabel('Charged events'), /page3.*\$1\.50/);
        await page.getByRole('link', { name: 'Input' }).click();
        await says(page.getByLabel('Input', { exact: true }), '"first": true');
        await says(page.getByLabel('Input of metamorph 1'), '"second": true');
    });

    it('reconnects automatically', async () => {
        const run = await start(ON_DEMAND);
        const page = await browser.open(`/runs/${run.id}`);
        await seen(page.locator('h1 [data-status="RUNNING"]'));

        const listenAgain = await browser.stopListening();
        await seen(page.getByText('Cannot reach'));
        await run.keyValueStore.setRecord({ key: 'WISH-0', value: 'said meanwhile' });
        await expect.poll(() => run.log.text()).toContain('said meanwhile');
        await listenAgain();

        await gone(page.getByText('Cannot reach'));
        await seen(page.locator('.log-line', { hasText: 'said meanwhile' }));
        await says(page.locator('.run-message'), 'did said meanwhile');
        await run.abort();
        await seen(page.locator('h1 [data-status="ABORTED"]'));
    });
});

import { describe, expect, it } from 'vitest';
import { ConsoleBrowser, says, seen } from '../../support/console/console-browser.js';
import type { Page } from 'playwright-core';

const browser = new ConsoleBrowser();

/** The longest time, in milliseconds, for which the page did not draw while something was done. */
async function longestPause(page: Page, work: () => Promise<void>): Promise<number> {
    await page.evaluate(`(() => {
        window.pauses = { longest: 0, last: performance.now(), goesOn: true };
        const tick = () => {
            const { pauses } = window;
            const now = performance.now();
            pauses.longest = Math.max(pauses.longest, now - pauses.last);
            pauses.last = now;
            if (pauses.goesOn) requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
    })()`);
    await work();
    return Number(await page.evaluate('(window.pauses.goesOn = false, window.pauses.longest)'));
}

/** Some times what it takes on a machine that does other things too. */
const SMOOTH_MILLIS = 1_000;

describe('A console with much data', () => {
    it('shows 10,000 runs, and finds one by its id', async () => {
        const { engine } = browser;
        await engine.addActor({ name: 'tiny', run: async () => undefined });
        const ids: string[] = [];
        for (let batch = 0; batch < 100; batch += 1) {
            const runs = Array.from({ length: 100 }, () => engine.call('tiny'));
            for (const { id } of await Promise.all(runs)) ids.push(id);
        }
        const page = await browser.open('/runs');
        await says(page.locator('.list-count'), '10,000 runs');

        const pause = await longestPause(page, async () => {
            for (const share of [0.25, 0.5, 0.75, 1]) {
                await page.evaluate(`scrollTo(0, document.documentElement.scrollHeight * ${share})`);
                await expect.poll(() => page.locator('tbody .status').count(), { timeout: 10_000 }).toBeGreaterThan(10);
            }
        });
        await seen(page.getByRole('link', { name: ids[0]!, exact: true }));
        expect(await page.locator('tbody tr').count()).toBeLessThan(150);
        expect(pause).toBeLessThan(SMOOTH_MILLIS);

        await page.evaluate('scrollTo(0, 0)');
        await page.getByLabel('Id, Actor, build, origin').fill(ids[17]!.toLowerCase());
        await says(page.locator('.list-count'), /^1 run$/);
        await seen(page.getByRole('link', { name: ids[17]!, exact: true }));
    });

    it('pages through 1,000,000 items', async () => {
        const { id } = await browser.engine.client.datasets().getOrCreate('million');
        const dataset = browser.engine.client.dataset(id);
        for (let start = 0; start < 1_000_000; start += 50_000) {
            await dataset.pushItems(
                Array.from({ length: 50_000 }, (_, index) => ({ n: start + index, text: 'an item' })),
            );
        }
        const page = await browser.open(`/storage/datasets/${id}?limit=1000`);
        await says(page.locator('.pager-words'), '1–1,000 of 1,000,000');

        const pause = await longestPause(page, async () => {
            await page.getByRole('button', { name: 'Last page' }).click();
            await says(page.locator('.pager-words'), '999,001–1,000,000 of 1,000,000');
            await page.getByRole('button', { name: 'Previous page' }).click();
            await says(page.locator('.pager-words'), '998,001–999,000 of 1,000,000');
            await page.getByLabel('Go to').fill('500000');
            await page.keyboard.press('Enter');
            await says(page.locator('.pager-words'), '500,000–500,999');
            await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
            await seen(page.getByRole('button', { name: 'Open item 500999' }));
        });

        expect(await page.locator('tbody tr').count()).toBeLessThan(150);
        expect(pause).toBeLessThan(SMOOTH_MILLIS);
    });

    it('follows a log of 100,000 lines, searches it and goes to any line', async () => {
        const source = `import { log } from 'apify';
            for (let n = 0; n < 100_000; n += 1) log.info('Page ' + n + ' has been scraped, and all its links were taken in.');`;
        await browser.engine.addActor({ name: 'talkative', source });
        const run = await browser.engine.call('talkative');
        const page = await browser.open(`/runs/${run.id}/log`);
        await seen(page.locator('.log-line', { hasText: 'Page 99999 ' }));

        const pause = await longestPause(page, async () => {
            await page.evaluate('document.querySelector(".log").scrollTop = 0');
            await seen(page.locator('.log-line', { hasText: 'Page 0 ' }));
            await page.getByLabel('Search in the log').fill('page 5000');
            await says(page.locator('.log-found'), '1 of 11');
            await seen(page.locator('.log-line.current', { hasText: 'Page 5000 ' }));
            await page.keyboard.press('Enter');
            await seen(page.locator('.log-line.current', { hasText: 'Page 50000 ' }));
            await page.getByRole('button', { name: 'Wrap' }).click();
            await page.getByRole('button', { name: 'Follow' }).click();
            await seen(page.locator('.log-line', { hasText: 'Page 99999 ' }));
        });

        expect(await page.locator('.log-line').count()).toBeLessThan(200);
        expect(pause).toBeLessThan(SMOOTH_MILLIS * 2);
    });
});

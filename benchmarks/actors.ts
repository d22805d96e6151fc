import type { Engine } from 'greenroom';
import { verify } from './harness.js';

/** The Actor of the start-to-finish cases: three items, like the bare worker's three messages. */
export const THREE_ITEMS = `
    import { Actor } from 'apify';
    await Actor.init();
    for (let index = 1; index <= 3; index += 1) await Actor.pushData({ index });
    await Actor.exit();
`;

/** Runs the Actor of {@link THREE_ITEMS} and checks that it did its work. */
export async function runThreeItems(engine: Engine, name: string): Promise<void> {
    const run = await engine.call(name);
    verify('status of the run', run.status, 'SUCCEEDED');
}

/** What most Actors of the platform do: read the input, push, leave an output. */
export const SMALL_SDK_ACTOR = `
    import { Actor } from 'apify';
    await Actor.init();
    const { word } = await Actor.getInput();
    await Actor.pushData({ word });
    await Actor.setValue('OUTPUT', { word });
    await Actor.exit();
`;

/** A crawl as Crawlee's template has it: from the start page, whatever it links to. */
export const CRAWLING_SDK_ACTOR = `
    import { Actor } from 'apify';
    import { CheerioCrawler } from 'crawlee';
    await Actor.init();
    const { startUrl } = await Actor.getInput();
    const crawler = new CheerioCrawler({
        async requestHandler({ $, request, enqueueLinks, pushData }) {
            await enqueueLinks();
            await pushData({ url: request.loadedUrl, title: $('title').text() });
        },
    });
    const { requestsFinished } = await crawler.run([startUrl]);
    await Actor.setValue('OUTPUT', { requestsFinished });
    await Actor.exit();
`;

/**
 * Source text of an Actor that measures an operation: `setup` and `operation` see `Actor`, `input` and, in `operation`,
 * `index`. It leaves the milliseconds of `input.count` operations as its output, after `input.warmUp` more.
 */
export function measuringActor(setup: string, operation: string): string {
    return `
        import { Actor } from 'apify';
        await Actor.init();
        const input = await Actor.getInput();
        ${setup}
        const operate = async (from, to) => {
            for (let index = from; index < to; index += 1) { ${operation} }
        };
        await operate(0, input.warmUp);
        const start = performance.now();
        await operate(input.warmUp, input.warmUp + input.count);
        await Actor.setValue('OUTPUT', { millis: performance.now() - start });
        await Actor.exit();
    `;
}

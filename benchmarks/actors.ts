import type { Engine } from 'greenroom';
import { verify } from './harness.js';

/** An Actor that pushes three items, as the bare worker posts three messages. */
export const THREE_ITEMS = `
    import { Actor } from 'apify';
    await Actor.init();
    for (let index = 1; index <= 3; index += 1) await Actor.pushData({ index });
    await Actor.exit();
`;

/** Runs the Actor of {@link THREE_ITEMS} and verifies that it succeeded. */
export async function runThreeItems(engine: Engine, name: string): Promise<void> {
    const run = await engine.call(name);
    verify('status of the run', run.status, 'SUCCEEDED');
}

/** An Actor with the steps of most Actors: reads its input, pushes an item and sets an output. */
export const SMALL_SDK_ACTOR = `
    import { Actor } from 'apify';
    await Actor.init();
    const { word } = await Actor.getInput();
    await Actor.pushData({ word });
    await Actor.setValue('OUTPUT', { word });
    await Actor.exit();
`;

/** A crawler as in Crawlee's template: follows all links from the start page. */
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
 * Returns the source of an Actor that measures an operation. `setup` and `operation` can use `Actor` and `input`, and
 * `operation` also `index`. After `input.warmUp` unmeasured operations, the Actor runs `input.count` operations and sets their
 * total time in milliseconds as its output.
 */
export function createMeasuringActor(setup: string, operation: string): string {
    return `
        import { Actor } from 'apify';
        await Actor.init();
        const input = await Actor.getInput();
        ${setup}
        const runOperations = async (from, to) => {
            for (let index = from; index < to; index += 1) { ${operation} }
        };
        await runOperations(0, input.warmUp);
        const start = performance.now();
        await runOperations(input.warmUp, input.warmUp + input.count);
        await Actor.setValue('OUTPUT', { millis: performance.now() - start });
        await Actor.exit();
    `;
}

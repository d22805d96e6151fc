import { setTimeout as delay } from 'node:timers/promises';
import { createEngine } from 'greenroom';
import { CRAWLING_SDK_ACTOR } from '../actors.js';
import { sampleInTurns, verify, type Case } from '../harness.js';
import { createSdkActor } from '../sdk-actor.js';
import { startSite, type Site } from '../site.js';
import { timeEngineRun, timeLocalRun } from '../start-to-finish.js';

const PAGES = 500;
const ROUNDS = 5;
/** Long enough for the next spare thread to have imported the SDK and Crawlee. */
const SPARE_THREAD_MILLIS = 2000;
const CONCURRENCY = 10;

/** Measures a crawl. Both sides use the default settings, with the concurrency that Crawlee chooses. */
export const crawl: Case = {
    name: 'crawl',
    question: `How long does a CheerioCrawler take for a site of ${PAGES} small pages, start to finish?`,
    async *run() {
        const site = await startSite(PAGES);
        const folder = await createSdkActor(CRAWLING_SDK_ACTOR);
        const engine = await createEngine();
        try {
            await engine.addActor(folder.path, { name: 'crawling', defaultRunOptions: { memoryMbytes: 4096 } });
            const job = {
                input: { startUrl: site.url(0) },
                items: PAGES,
                output: { requestsFinished: PAGES },
            };
            const { value, floor, peer } = await sampleInTurns(ROUNDS, {
                async value() {
                    await delay(SPARE_THREAD_MILLIS);
                    return timeEngineRun(engine, 'crawling', job);
                },
                floor: () => fetchAll(site),
                peer: () => timeLocalRun(folder.path, ['main.js'], job),
            });
            yield {
                name: `crawl of ${PAGES} pages / node main.js`,
                unit: 'ms',
                value,
                floor,
                peer,
                goal: { of: 'peer', atMost: 0.35 },
            };
        } finally {
            await engine.close();
            await folder.remove();
            await site.close();
        }
    },
};

/** Fetches every page, which is the minimum that a crawl must do. */
async function fetchAll(site: Site): Promise<number> {
    let next = 0;
    let bytes = 0;
    const fetchNext = async (): Promise<void> => {
        while (next < PAGES) {
            const response = await fetch(site.url(next++));
            verify('status of a page', response.status, 200);
            bytes += (await response.text()).length;
        }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: CONCURRENCY }, fetchNext));
    verify('pages are not empty', bytes > PAGES * 50, true);
    return performance.now() - start;
}

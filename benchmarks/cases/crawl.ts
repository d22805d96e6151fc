import { setTimeout as delay } from 'node:timers/promises';
import { createEngine } from 'greenroom';
import { CRAWLING_SDK_ACTOR } from '../actors.js';
import { sampleInTurns, verify, type Case } from '../harness.js';
import { makeSdkActor } from '../sdk-actor.js';
import { startSite, type Site } from '../site.js';
import { engineRun, localRun } from '../start-to-finish.js';

const PAGES = 500;
const ROUNDS = 5;
/** Long enough for the next spare thread to have imported the SDK and Crawlee. */
const REST_MILLIS = 2000;
const AT_ONCE = 10;

/** Both sides crawl as they do by default, each with as many requests at once as Crawlee thinks fit. */
export const crawl: Case = {
    name: 'crawl',
    question: `How long does a CheerioCrawler take for a site of ${PAGES} small pages, start to finish?`,
    async *run() {
        const site = await startSite(PAGES);
        const folder = await makeSdkActor(CRAWLING_SDK_ACTOR);
        const engine = await createEngine();
        try {
            await engine.addActor(folder.path, { name: 'crawling', defaultRunOptions: { memoryMbytes: 4096 } });
            const job = {
                input: { startUrl: site.url(0) },
                items: PAGES,
                output: { requestsFinished: PAGES },
            };
            const { ours, floor, peer } = await sampleInTurns(ROUNDS, {
                async ours() {
                    await delay(REST_MILLIS);
                    return engineRun(engine, 'crawling', job);
                },
                floor: () => fetchAll(site),
                peer: () => localRun(folder.path, ['main.js'], job),
            });
            yield {
                name: `crawl of ${PAGES} pages / node main.js`,
                unit: 'ms',
                value: ours,
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

/** What a crawl cannot do without: asking for every page. */
async function fetchAll(site: Site): Promise<number> {
    let next = 0;
    let bytes = 0;
    const lane = async (): Promise<void> => {
        while (next < PAGES) {
            const response = await fetch(site.url(next++));
            verify('status of a page', response.status, 200);
            bytes += (await response.text()).length;
        }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    verify('pages are not empty', bytes > PAGES * 50, true);
    return performance.now() - start;
}

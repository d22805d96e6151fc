import { Actor, log } from 'apify';
import { download, GoneError } from './download.js';
import { findLinks, readProduct } from './parse.js';

await Actor.init();

const { startUrl, maxPages = 200, maxRetries = 2, progressEvery = 10 } = await Actor.getInput();
const { origin } = new URL(startUrl);

// Kept in the key-value store at every `persistState`, so that a run that is resurrected goes on where it was.
const state = await Actor.useState('STATE', { pages: 0, products: 0, failed: [], imageKey: null });
const queue = await Actor.openRequestQueue();
await queue.addRequest({ url: startUrl });

let isStopping = false;
Actor.on('aborting', async () => {
    isStopping = true;
    log.warning('Asked to stop: saving what is there.');
    await saveSummary();
});

while (!isStopping && state.pages < maxPages) {
    const request = await queue.fetchNextRequest();
    if (request === null) break;
    try {
        await visit(request);
        await queue.markRequestHandled(request);
    } catch (error) {
        await retryOrGiveUp(request, error);
    }
}

await saveSummary();
await Actor.exit(`Found ${state.products} products on ${state.pages} pages`);

async function visit(request) {
    const html = await download(request.url);
    state.pages += 1;

    const links = findLinks(html, request.url).filter((url) => new URL(url).origin === origin);
    await queue.addRequests(links.map((url) => ({ url })));

    const product = readProduct(html, request.url);
    if (product !== null) {
        await Actor.pushData(product);
        state.products += 1;
        log.info(`${product.title}: ${product.price} ${product.currency}`, { url: request.url });
        if (state.imageKey === null) await keepImage(product);
    }
    if (state.pages % progressEvery === 0) {
        await Actor.setStatusMessage(`${state.pages} pages visited, ${state.products} products found`);
    }
}

/** Keeps the picture of the first product, as another Actor would keep a screenshot. */
async function keepImage(product) {
    const image = await download(product.image, { binary: true });
    state.imageKey = `image-${product.sku}`;
    await Actor.setValue(state.imageKey, image, { contentType: 'image/png' });
}

async function retryOrGiveUp(request, error) {
    if (!(error instanceof GoneError) && request.retryCount < maxRetries) {
        request.retryCount += 1;
        log.warning(`Will try again: ${error.message}`, { url: request.url, retryCount: request.retryCount });
        await queue.reclaimRequest(request);
        return;
    }
    log.error(`Gave up: ${error.message}`, { url: request.url });
    state.failed.push({ url: request.url, reason: error.message });
    await queue.markRequestHandled(request);
}

async function saveSummary() {
    await Actor.setValue('OUTPUT', {
        startUrl,
        pages: state.pages,
        products: state.products,
        failed: state.failed,
        isComplete: !isStopping,
    });
}

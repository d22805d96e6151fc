import { Actor, log } from 'apify';
import { download, NotFoundError } from './download.js';
import { findLinks, readProduct } from './parse.js';

await Actor.init();

const { startUrl, maxPages = 200, maxRetries = 2, progressEvery = 10 } = await Actor.getInput();
const { origin } = new URL(startUrl);

// Saved to the key-value store at every `persistState`, so that a resurrected run resumes where it stopped.
const state = await Actor.useState('STATE', { pages: 0, products: 0, failed: [], imageKey: null });
const queue = await Actor.openRequestQueue();
await queue.addRequest({ url: startUrl });

let isStopping = false;
Actor.on('aborting', async () => {
    isStopping = true;
    log.warning('Aborting: saving the summary');
    await saveSummary();
});

while (!isStopping && state.pages < maxPages) {
    const request = await queue.fetchNextRequest();
    if (request === null) break;
    try {
        await visit(request);
        await queue.markRequestHandled(request);
    } catch (error) {
        await retryOrFail(request, error);
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
        if (state.imageKey === null) await saveImage(product);
    }
    if (state.pages % progressEvery === 0) {
        await Actor.setStatusMessage(`${state.pages} pages visited, ${state.products} products found`);
    }
}

/** Saves the picture of the first product, as another Actor would save a screenshot. */
async function saveImage(product) {
    const image = await download(product.image, { binary: true });
    state.imageKey = `image-${product.sku}`;
    await Actor.setValue(state.imageKey, image, { contentType: 'image/png' });
}

async function retryOrFail(request, error) {
    if (!(error instanceof NotFoundError) && request.retryCount < maxRetries) {
        request.retryCount += 1;
        log.warning(`Retrying: ${error.message}`, { url: request.url, retryCount: request.retryCount });
        await queue.reclaimRequest(request);
        return;
    }
    log.error(`Failed: ${error.message}`, { url: request.url });
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

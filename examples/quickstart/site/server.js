import { createServer } from 'node:http';
import { createNoisePng } from './png.js';
import { homePage, categoryPage, productPage, aboutPage, notFoundPage } from './pages.js';
import { CATEGORIES, PRODUCTS } from './catalogue.js';

const LATENCY_MILLIS = 8;
const FLAKY_PATH = `/products/${PRODUCTS[17].slug}`;

/**
 * Starts a small shop on loopback: five categories of nine products, with four products per page. One product answers 503
 * to its first request, and the home page links to a product that does not exist.
 */
export async function startSite({ port = 0 } = {}) {
    const image = createNoisePng(190, 190);
    let failsNextRequest = true;
    const server = createServer((request, response) => {
        const { pathname, searchParams } = new URL(request.url, 'http://localhost');
        let answer = route(pathname, searchParams, image);
        if (pathname === FLAKY_PATH && failsNextRequest) {
            failsNextRequest = false;
            answer = { status: 503, type: 'text/plain', body: 'Busy, try again later.' };
        }
        setTimeout(
            () => response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body),
            LATENCY_MILLIS,
        );
    });
    await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
    });
    return {
        url: `http://127.0.0.1:${server.address().port}/`,
        close: () =>
            new Promise((resolve) => {
                server.close(resolve);
                server.closeAllConnections();
            }),
    };
}

function route(path, search, image) {
    const [, kind, slug] = path.split('/');
    if (path === '/') return html(homePage());
    if (path === '/about') return html(aboutPage());
    if (path === '/robots.txt') return { status: 200, type: 'text/plain', body: 'User-agent: *\nAllow: /\n' };
    if (kind === 'images') return { status: 200, type: 'image/png', body: image };
    if (kind === 'categories') {
        const category = CATEGORIES.find((candidate) => candidate.slug === slug);
        if (category) return html(categoryPage(category, Number(search.get('page') ?? 1)));
    }
    if (kind === 'products') {
        const product = PRODUCTS.find((candidate) => candidate.slug === slug);
        if (product) return html(productPage(product));
    }
    return html(notFoundPage(), 404);
}

function html(body, status = 200) {
    return { status, type: 'text/html; charset=utf-8', body };
}

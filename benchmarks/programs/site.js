// A site to crawl: `pages` small pages, each with links to the ten below it. It has its own process, so that it takes no time
// from the crawler's thread.
import { once } from 'node:events';
import { createServer } from 'node:http';

const LINKS = 10;
const pages = Number(process.argv[2]);

const server = createServer(({ url }, response) => {
    const index = Number(url.slice('/page/'.length));
    if (!(index < pages)) response.writeHead(404);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page(index));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send(server.address().port);
process.once('disconnect', () => process.exit(0));

function page(index) {
    const below = Array.from({ length: LINKS }, (_, link) => index * LINKS + link + 1);
    const links = below
        .filter((other) => other < pages)
        .map((other) => `<li><a href="/page/${other}">Page ${other}</a>`);
    return `<!doctype html><title>Page ${index}</title><h1>Page ${index}</h1><ul>${links.join('')}</ul>`;
}

/** All pages that a page links to, as absolute URLs without fragments, each once. */
export function findLinks(html, baseUrl) {
    const links = new Set();
    for (const [, href] of html.matchAll(/<a\s[^>]*href="([^"]+)"/g)) {
        const url = new URL(decodeEntities(href), baseUrl);
        url.hash = '';
        links.add(url.href);
    }
    return [...links];
}

/** The product that a page describes with schema.org properties, or null if it is not a product's page. */
export function readProduct(html, url) {
    if (!html.includes('itemtype="https://schema.org/Product"')) return null;
    return {
        url,
        sku: property(html, 'sku'),
        title: property(html, 'name'),
        price: Number(property(html, 'price')),
        currency: property(html, 'priceCurrency'),
        rating: Number(property(html, 'ratingValue')),
        image: new URL(property(html, 'image'), url).href,
        inStock: html.includes('schema.org/InStock'),
    };
}

/** What `itemprop="name"` says: its `content`, `src` or text. */
function property(html, name) {
    const tag = html.match(new RegExp(`<[^>]*itemprop="${name}"[^>]*>([^<]*)`));
    if (tag === null) throw new Error(`The product has no "${name}"`);
    const attribute = tag[0].match(/\s(?:content|src)="([^"]*)"/);
    return decodeEntities(attribute?.[1] ?? tag[1]).trim();
}

function decodeEntities(text) {
    return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

/** Returns the unique links of a page, as absolute URLs without fragments. */
export function findLinks(html, baseUrl) {
    const links = new Set();
    for (const [, href] of html.matchAll(/<a\s[^>]*href="([^"]+)"/g)) {
        const url = new URL(decodeEntities(href), baseUrl);
        url.hash = '';
        links.add(url.href);
    }
    return [...links];
}

/** Returns the product that a page describes with schema.org properties, or null for other pages. */
export function readProduct(html, url) {
    if (!html.includes('itemtype="https://schema.org/Product"')) return null;
    return {
        url,
        sku: readProperty(html, 'sku'),
        title: readProperty(html, 'name'),
        price: Number(readProperty(html, 'price')),
        currency: readProperty(html, 'priceCurrency'),
        rating: Number(readProperty(html, 'ratingValue')),
        image: new URL(readProperty(html, 'image'), url).href,
        inStock: html.includes('schema.org/InStock'),
    };
}

/** Returns the value of a schema.org property: its `content`, `src` or text. */
function readProperty(html, name) {
    const tag = html.match(new RegExp(`<[^>]*itemprop="${name}"[^>]*>([^<]*)`));
    if (tag === null) throw new Error(`The product has no property "${name}"`);
    const attribute = tag[0].match(/\s(?:content|src)="([^"]*)"/);
    return decodeEntities(attribute?.[1] ?? tag[1]).trim();
}

function decodeEntities(text) {
    return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

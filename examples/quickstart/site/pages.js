import { CATEGORIES, PRODUCTS } from './catalogue.js';

const PER_PAGE = 4;

export function homePage() {
    const picks = PRODUCTS.filter((_, index) => index % 11 === 0);
    return layout(
        'Tinker & Table',
        `<p>Things for the house that can be mended.</p>
        <ul>${picks.map(teaser).join('')}</ul>
        <p>Last chance: <a href="/products/discontinued-clock">the kitchen clock</a></p>`,
    );
}

export function aboutPage() {
    return layout('About us', '<p>A small shop, made up for an example. Mail: <b>hello@shop.example</b></p>');
}

export function categoryPage(category, page) {
    const products = PRODUCTS.filter((product) => product.category === category.slug);
    const pages = Math.ceil(products.length / PER_PAGE);
    const shown = products.slice((page - 1) * PER_PAGE, page * PER_PAGE);
    const next = page < pages ? `<a rel="next" href="/categories/${category.slug}?page=${page + 1}">Next</a>` : '';
    return layout(
        category.name,
        `<ul>${shown.map(teaser).join('')}</ul>
        <p>Page ${page} of ${pages} ${next}</p>`,
    );
}

export function productPage({ sku, slug, title, category, price, rating, inStock }) {
    return layout(
        title,
        `<article itemscope itemtype="https://schema.org/Product">
            <h2 itemprop="name">${escape(title)}</h2>
            <img itemprop="image" src="/images/${slug}.png" alt="">
            <p>Article <span itemprop="sku">${sku}</span></p>
            <p itemprop="offers" itemscope itemtype="https://schema.org/Offer">
                <meta itemprop="priceCurrency" content="EUR">
                <data itemprop="price" content="${price}">€ ${price}</data>
                <link itemprop="availability" href="https://schema.org/${inStock ? 'InStock' : 'OutOfStock'}">
            </p>
            <p><span itemprop="ratingValue">${rating}</span> of 5</p>
            <p>More in <a href="/categories/${category}">this category</a></p>
        </article>`,
    );
}

export function notFoundPage() {
    return layout('Not found', '<p>This page does not exist.</p>');
}

function teaser({ slug, title, price }) {
    return `<li><a href="/products/${slug}">${escape(title)}</a> € ${price}</li>`;
}

function layout(title, body) {
    const links = CATEGORIES.map(({ name, slug }) => `<a href="/categories/${slug}">${name}</a>`);
    return `<!doctype html>
<html lang="en">
    <head><meta charset="utf-8"><title>${escape(title)}</title></head>
    <body>
        <nav><a href="/">Home</a> ${links.join(' ')} <a href="/about#mail">About</a></nav>
        <h1>${escape(title)}</h1>
        ${body}
    </body>
</html>
`;
}

function escape(text) {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

import type { Item } from '../../model/storage.js';
import type { ItemsSource } from './items-source.js';
import { element, XML_DECLARATION } from './xml.js';

/** An RSS 2.0 feed with an item for each item. */
export async function* writeRss(batches: AsyncIterable<Item[]>, source: ItemsSource): AsyncGenerator<string> {
    const { id, label, link } = source;
    yield `${XML_DECLARATION}<rss version="2.0"><channel>\n`;
    yield element('title', `Dataset ${label}`);
    yield element('link', link);
    yield `${element('description', `Items in dataset with id "${id}".`)}\n`;
    for await (const items of batches) yield items.map((item) => `${element('item', item)}\n`).join('');
    yield '</channel></rss>\n';
}

import type { Item } from '../../model/storage.js';
import type { DownloadRequest } from '../download-options.js';
import type { ItemsSource } from './items-source.js';
import { element, XML_DECLARATION } from './xml.js';

/** An RSS 2.0 feed with an item for each item. */
export async function* writeRss(
    batches: AsyncIterable<Item[]>,
    { id, label, link }: ItemsSource,
    { feedTitle, feedDescription }: Pick<DownloadRequest, 'feedTitle' | 'feedDescription'>,
): AsyncGenerator<string> {
    yield `${XML_DECLARATION}<rss version="2.0"><channel>\n`;
    yield element('title', feedTitle ?? `Dataset ${label}`);
    yield element('link', link);
    yield `${element('description', feedDescription ?? `Items in dataset with id "${id}".`)}\n`;
    for await (const items of batches) yield items.map((item) => `${element('item', item)}\n`).join('');
    yield '</channel></rss>\n';
}

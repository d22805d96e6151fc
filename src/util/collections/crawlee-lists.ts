import { mapPagedList } from './paged-list.js';
import type { PagedList } from '../../model/api/page.js';

/*
 * Lists that Crawlee's `StorageClient` has and `apify-client` lacks. Each can be awaited for its first page, or iterated over all pages.
 */

/** A key in a list. */
interface Key {
    key: string;
}

/** Entries of a list that are read when it is awaited or iterated. */
export type LazyList<Entry> = Promise<Entry[]> & AsyncIterable<Entry>;

type ReadRecord = (key: string) => Promise<{ value: unknown } | undefined>;

/** Returns the items of a dataset with their indexes, which start at `offset`. */
export function toItemEntries<Item, Page extends { items: Item[] }>(
    items: PagedList<Item, Page>,
    offset = 0,
): PagedList<[number, Item], Omit<Page, 'items'> & { items: [number, Item][] }> {
    const toEntry = (item: Item, index: number): [number, Item] => [offset + index, item];
    return mapPagedList(items, (page) => ({ ...page, items: page.items.map(toEntry) }), toEntry);
}

/** Returns the keys of a store as text. The page stays as it is. */
export function toKeys<Page>(keys: PagedList<Key, Page>): PagedList<string, Page> {
    return mapPagedList(
        keys,
        (page) => page,
        ({ key }) => key,
    );
}

/** Returns the records of a store as pairs of key and value. */
export function toRecordEntries(
    keys: PagedList<Key, { items: Key[] }>,
    readRecord: ReadRecord,
): LazyList<[string, unknown]> {
    return createLazyList(keys, (some) => readEntries(some, readRecord));
}

/** Returns the values of the records of a store. */
export function toRecordValues(keys: PagedList<Key, { items: Key[] }>, readRecord: ReadRecord): LazyList<unknown> {
    return createLazyList(keys, async function* (some) {
        for await (const [, value] of readEntries(some, readRecord)) yield value;
    });
}

/** Reads one record after the other. Skips those that have been deleted since the keys were listed. */
async function* readEntries(
    keys: AsyncIterable<Key> | Iterable<Key>,
    readRecord: ReadRecord,
): AsyncGenerator<[string, unknown]> {
    for await (const { key } of keys) {
        const record = await readRecord(key);
        if (record !== undefined) yield [key, record.value];
    }
}

function createLazyList<Entry>(
    keys: PagedList<Key, { items: Key[] }>,
    read: (keys: AsyncIterable<Key> | Iterable<Key>) => AsyncGenerator<Entry>,
): LazyList<Entry> {
    let firstPage: Promise<Entry[]> | undefined;
    const readFirstPage = async (): Promise<Entry[]> => {
        const entries: Entry[] = [];
        for await (const entry of read((await keys).items)) entries.push(entry);
        return entries;
    };
    const load = (): Promise<Entry[]> => (firstPage ??= readFirstPage());
    return {
        // oxlint-disable-next-line unicorn/no-thenable -- The list is a promise that reads no record before it is awaited.
        then: (onFulfilled, onRejected) => load().then(onFulfilled, onRejected),
        catch: (onRejected) => load().catch(onRejected),
        finally: (onFinally) => load().finally(onFinally),
        [Symbol.toStringTag]: 'Promise',
        [Symbol.asyncIterator]: () => read(keys),
    };
}

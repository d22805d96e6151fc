import { withApi } from '../api/with-api.js';
import { findStorage } from '../find/find-storage.js';
import { pathOf } from '../find/path-of.js';
import { printTable } from '../lists/print-list.js';
import { KEY_VALUE_STORE_KIND } from '../storages/storage-kind.js';
import { formatBytes } from '../terminal/units.js';
import type { KeyItem, KeysPage } from '../../model/storage.js';
import type { Api } from '../api/api.js';
import type { CommandAction } from '../command.js';

/** As many as the API has on one page. */
const PAGE_SIZE = 1000;

/** `kv keys`. */
export const listKeys: CommandAction = (call) => {
    const { words, terminal } = call;
    const wish: KeysWish = {
        limit: words.whole('limit', 1) ?? PAGE_SIZE,
        prefix: words.text('prefix'),
        after: words.text('after'),
    };
    return withApi(call, async (api) => {
        const { id } = await findStorage(api, KEY_VALUE_STORE_KIND, words.args[0]!);
        const page = await readKeys(api, id, wish);
        if (words.flag('json')) {
            terminal.json(page);
            return;
        }
        printTable(call, page.items, [
            { title: 'KEY', cell: ({ key }) => key },
            { title: 'SIZE', align: 'right', isWhole: true, cell: ({ size }) => formatBytes(size) },
        ]);
        const note = noteOf(page, wish);
        if (note !== undefined) terminal.err.line(terminal.err.paint('dim', note));
    });
};

interface KeysWish {
    readonly limit: number;
    readonly prefix: string | undefined;
    /** A key: only those after it. */
    readonly after: string | undefined;
}

/** As one page of the API would have it, however many there are. */
async function readKeys(api: Api, id: string, { limit, prefix, after }: KeysWish): Promise<KeysPage> {
    const items: KeyItem[] = [];
    for (let from = after; ;) {
        const query = { limit: Math.min(PAGE_SIZE, limit - items.length), prefix, exclusiveStartKey: from };
        const page = await api.get<KeysPage>(pathOf('key-value-stores', id, 'keys'), { query });
        items.push(...page.items);
        from = page.nextExclusiveStartKey ?? undefined;
        if (page.isTruncated && items.length < limit && from !== undefined) continue;
        return { ...page, count: items.length, limit, exclusiveStartKey: after ?? null, items };
    }
}

function noteOf(
    { items, isTruncated, nextExclusiveStartKey }: KeysPage,
    { prefix, after }: KeysWish,
): string | undefined {
    if (isTruncated) return `There are more. See them with --after ${nextExclusiveStartKey}, or --limit N.`;
    if (items.length > 0) return undefined;
    if (prefix === undefined && after === undefined) return 'The key-value store is empty.';
    return 'There are no such keys.';
}

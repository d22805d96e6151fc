import { checkOptions } from '../util/check.js';
import { pagedList } from '../util/paged-list.js';
import { PAGE_OPTION_KEYS } from './offset-list.js';
import type { PagedList } from '../model/page.js';
import type { WholeList, WholeListOptions } from '../model/version-client.js';

/** Makes a list that comes as a whole; how a page of it is asked for is looked at, but without effect. */
export function wholeList<Item>(
    options: WholeListOptions | undefined,
    load: () => Item[],
): PagedList<Item, WholeList<Item>> {
    checkOptions('options', options, PAGE_OPTION_KEYS);
    const loadAll = async (): Promise<WholeList<Item>> => {
        const items = load();
        return { total: items.length, items };
    };
    return pagedList(loadAll, () => undefined);
}

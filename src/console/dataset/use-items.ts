import { apiAnswer } from '../api/api.js';
import { useResource, type Resource } from '../api/use-resource.js';
import { useVersion } from '../api/use-version.js';
import { itemsQuery, type ItemsChoice } from './items-query.js';

/** A page of items. */
export interface ItemsPart {
    /** Whatever was stored, in the shape that was chosen. */
    readonly items: readonly unknown[];
    /** All that there are, before any shaping. */
    readonly total: number;
}

/** Where in a dataset one looks. */
export interface ItemsPlace {
    readonly offset: number;
    readonly limit: number;
}

/**
 * Reads a page of items.
 *
 * @param version - Another one when there may be other items: then they are read anew.
 */
export function useItems(
    datasetId: string,
    choice: ItemsChoice,
    { offset, limit }: ItemsPlace,
    version: number,
): Resource<ItemsPart> {
    const query = { ...Object.fromEntries(itemsQuery(choice)), offset, limit };
    const items = useResource(`items ${datasetId} ${JSON.stringify(query)}`, async (signal): Promise<ItemsPart> => {
        const answer = await apiAnswer(`/datasets/${encodeURIComponent(datasetId)}/items`, { query, signal });
        const total = Number(answer.headers.get('x-apify-pagination-total'));
        return { items: (await answer.json()) as unknown[], total };
    });
    useVersion(version, items.reload);
    return items;
}

import { useMemo } from 'preact/hooks';
import { api, apiAnswer } from '../../api/api.js';
import type { DatasetInfo } from '../../api/json.js';
import { useResource, type Resource, useVersion } from '../../api/use-resource.js';
import { useQuery } from '../../router/query.js';
import { changeQuery } from '../../router/router.js';
import { ItemsTable } from './items-table.js';
import { ItemsToolbar } from './items-toolbar.js';
import { viewsOf, type DatasetView, type ItemsChoice, itemsQuery } from './items.js';
import { Button, CopyButton } from '../../ui/button.js';
import { formatCount } from '../../ui/format.js';
import { JsonView } from '../../ui/json-view.js';
import { Empty } from '../../ui/page.js';
import { Pager } from '../../ui/pager.js';
import { ResourceView } from '../../ui/resource-view.js';

const LIMIT = 100;
/** More at once would be slow to read and to draw. */
const MOST = 1_000;

/** What is in a dataset: as a table or as JSON, whole or as its views have it, page by page. What is chosen is in the address. */
export function ItemsView({ datasetId, version }: { datasetId: string; version: number }) {
    const dataset = useResource(`dataset ${datasetId}`, (signal) =>
        api<DatasetInfo>(`/datasets/${encodeURIComponent(datasetId)}`, { signal }),
    );
    return (
        <ResourceView resource={dataset}>
            {(info) => <Items key={datasetId} dataset={info} version={version} />}
        </ResourceView>
    );
}

function Items({ dataset, version }: { dataset: DatasetInfo; version: number }) {
    const query = useQuery();
    const choice = choiceOf(query);
    const place = {
        offset: wholeNumber(query.get('offset'), 0),
        limit: Math.min(wholeNumber(query.get('limit'), LIMIT) || LIMIT, MOST),
    };
    const views = useMemo(() => viewsOf(dataset.schema), [dataset]);
    const items = useItems(dataset.id, choice, place, version);
    const isJson = query.get('as') === 'json';
    const { value } = items;
    return (
        <section class="items" aria-label="Items">
            <ItemsToolbar
                dataset={dataset}
                views={views}
                choice={choice}
                isJson={isJson}
                items={value?.items ?? []}
                onRefresh={items.reload}
            />
            <ResourceView resource={items}>
                {(part) => <Shown part={part} isJson={isJson} offset={place.offset} choice={choice} views={views} />}
            </ResourceView>
            {value !== undefined && value.total > place.offset && (
                <Pager
                    {...place}
                    total={value.total}
                    onGo={({ offset, limit }) =>
                        changeQuery({
                            offset: offset === 0 ? undefined : String(offset),
                            limit: limit === LIMIT ? undefined : String(limit),
                        })
                    }
                />
            )}
        </section>
    );
}

function Shown({
    part: { items, total },
    isJson,
    offset,
    choice,
    views,
}: {
    part: ItemsPart;
    isJson: boolean;
    offset: number;
    choice: ItemsChoice;
    views: readonly DatasetView[];
}) {
    if (total === 0) return <NoItems />;
    if (offset >= total) {
        return (
            <Empty
                title={`There ${total === 1 ? 'is one item' : `are ${formatCount(total)} items`}, and none so far on`}
                actions={<Button onPress={() => changeQuery({ offset: undefined })}>Go to the first</Button>}
            />
        );
    }
    if (items.length === 0) {
        return <p class="faint items-none">No item of this page is left by what is chosen: all of them are empty.</p>;
    }
    if (!isJson) {
        return <ItemsTable items={items} offset={offset} view={views.find(({ name }) => name === choice.view)} />;
    }
    return (
        <div class="json items-json">
            <CopyButton text={() => JSON.stringify(items, null, 2)} label="Copy this page as JSON" />
            <JsonView value={items} />
        </div>
    );
}

function NoItems() {
    return (
        <Empty title="There are no items" command="await Actor.pushData({ hello: 'world' })">
            <p>What an Actor pushes to the dataset is here as soon as it is stored.</p>
        </Empty>
    );
}

function choiceOf(query: URLSearchParams): ItemsChoice {
    return {
        view: query.get('view') ?? '',
        fields: (query.get('fields') ?? '').split(',').filter((field) => field !== ''),
        clean: query.get('clean') === '1',
        desc: query.get('desc') === '1',
        unwind: query.get('unwind') ?? '',
    };
}

function wholeNumber(text: string | null, otherwise: number): number {
    return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : otherwise;
}

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

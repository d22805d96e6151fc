import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { Button } from '../parts/button.js';
import { CopyButton } from '../parts/copy.js';
import { Empty } from '../parts/empty.js';
import { formatCount } from '../parts/format.js';
import { JsonView } from '../parts/json-view.js';
import { Pager } from '../parts/pager.js';
import { ResourceView } from '../parts/resource-view.js';
import { changeQuery } from '../router/router.js';
import { useQuery } from '../router/query.js';
import { useMemo, type JSX } from '../preact.js';
import { ItemsTable } from './items-table.js';
import { ItemsToolbar } from './items-toolbar.js';
import { useItems, type ItemsPart } from './use-items.js';
import { viewsOf, type DatasetView } from './views.js';
import type { DatasetInfo } from '../api/json.js';
import type { ItemsChoice } from './items-query.js';

const LIMIT = 100;
/** More at once would be slow to read and to draw. */
const MOST = 1_000;

/** What is in a dataset: as a table or as JSON, whole or as its views have it, page by page. What is chosen is in the address. */
export function ItemsView({ datasetId, version }: { datasetId: string; version: number }): JSX.Element {
    const dataset = useResource(`dataset ${datasetId}`, (signal) =>
        api<DatasetInfo>(`/datasets/${encodeURIComponent(datasetId)}`, { signal }),
    );
    return (
        <ResourceView resource={dataset}>
            {(info) => <Items key={datasetId} dataset={info} version={version} />}
        </ResourceView>
    );
}

function Items({ dataset, version }: { dataset: DatasetInfo; version: number }): JSX.Element {
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
}): JSX.Element {
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

function NoItems(): JSX.Element {
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

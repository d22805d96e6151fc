import { useMemo } from 'preact/hooks';
import { apiAnswer } from '../../api/api.js';
import { type Resource, useApi, useResource, useVersion } from '../../api/use-resource.js';
import { useQuery } from '../../router.js';
import { Button, CopyButton } from '../../ui/button.js';
import { JsonView } from '../../ui/code.js';
import { formatCount } from '../../ui/format.js';
import { Empty, ResourceView } from '../../ui/page.js';
import { Pager, type PagerPlace } from '../../ui/pager.js';
import { ItemsTable } from './items-table.js';
import { ItemsToolbar } from './items-toolbar.js';
import { type DatasetView, type ItemsChoice, itemsQuery, viewsOf } from './items.js';
import type { DatasetInfo } from '../../api/json.js';

const LIMIT = 100;
/** More at once would be slow to read and to draw. */
const MOST = 1_000;

/** The contents of a dataset: as a table or as JSON, page by page, with its views. The choice is in the address. */
export function ItemsView({ datasetId, version }: { datasetId: string; version: number }) {
    const dataset = useApi<DatasetInfo>(`/datasets/${encodeURIComponent(datasetId)}`);
    return (
        <ResourceView resource={dataset}>
            {(info) => <Items key={datasetId} dataset={info} version={version} />}
        </ResourceView>
    );
}

function Items({ dataset, version }: { dataset: DatasetInfo; version: number }) {
    const [query, change] = useQuery();
    const choice = choiceOf(query);
    const isJson = query.get('as') === 'json';
    const place = {
        offset: wholeNumber(query.get('offset'), 0),
        limit: Math.min(wholeNumber(query.get('limit'), LIMIT) || LIMIT, MOST),
    };
    const views = useMemo(() => viewsOf(dataset.schema), [dataset]);
    const items = useItems(dataset.id, choice, place);
    useVersion(version, items.reload);
    const { value } = items;
    const go = ({ offset, limit }: PagerPlace): void =>
        change({
            offset: offset === 0 ? undefined : String(offset),
            limit: limit === LIMIT ? undefined : String(limit),
        });
    return (
        <section class="items" aria-label="Items">
            <ItemsToolbar
                {...{ dataset, views, choice, isJson, change }}
                items={value?.items ?? []}
                onRefresh={items.reload}
            />
            <ResourceView resource={items}>
                {(part) => (
                    <ItemsPage
                        part={part}
                        isJson={isJson}
                        offset={place.offset}
                        view={views.find(({ name }) => name === choice.view)}
                        onFirst={() => change({ offset: undefined })}
                    />
                )}
            </ResourceView>
            {value !== undefined && value.total > place.offset && <Pager {...place} total={value.total} onGo={go} />}
        </section>
    );
}

/** A page of items. */
interface ItemsPart {
    readonly items: readonly unknown[];
    /** All items of the dataset. */
    readonly total: number;
}

function useItems(datasetId: string, choice: ItemsChoice, place: PagerPlace): Resource<ItemsPart> {
    const query = { ...Object.fromEntries(itemsQuery(choice)), ...place };
    return useResource(`items ${datasetId} ${JSON.stringify(query)}`, async (signal): Promise<ItemsPart> => {
        const answer = await apiAnswer(`/datasets/${encodeURIComponent(datasetId)}/items`, { query, signal });
        const total = Number(answer.headers.get('x-apify-pagination-total'));
        return { items: (await answer.json()) as unknown[], total };
    });
}

interface ItemsPageProps {
    readonly part: ItemsPart;
    readonly isJson: boolean;
    readonly offset: number;
    readonly view: DatasetView | undefined;
    readonly onFirst: () => void;
}

function ItemsPage({ part: { items, total }, isJson, offset, view, onFirst }: ItemsPageProps) {
    if (total === 0) {
        return (
            <Empty title="No items" command="await Actor.pushData({ hello: 'world' })">
                <p>Items appear here as soon as an Actor pushes them.</p>
            </Empty>
        );
    }
    if (offset >= total) {
        return (
            <Empty
                title={`No items on this page: the dataset has ${total === 1 ? '1 item' : `${formatCount(total)} items`}`}
                actions={<Button onPress={onFirst}>Go to the first</Button>}
            />
        );
    }
    if (items.length === 0) return <p class="faint items-none">All items of this page are empty.</p>;
    if (!isJson) return <ItemsTable items={items} offset={offset} view={view} />;
    return (
        <div class="json items-json">
            <CopyButton text={() => JSON.stringify(items, null, 2)} label="Copy this page as JSON" />
            <JsonView value={items} />
        </div>
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

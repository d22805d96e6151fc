import { useId, useMemo } from 'preact/hooks';
import { apiResponse } from '../../api/api.js';
import { useApi, useResource } from '../../api/use-resource.js';
import { useQuery } from '../../router.js';
import { Button, CopyButton } from '../../components/button.js';
import { JsonView } from '../../components/code.js';
import { Select } from '../../components/fields.js';
import { formatCount } from '../../components/format.js';
import { EmptyState, ResourceView } from '../../components/page.js';
import { ItemsTable } from './items-table.js';
import { ItemsToolbar } from './items-toolbar.js';
import { type DatasetView, readItemsOptions, viewsOf } from './items.js';
import type { DatasetInfo } from '../../api/json.js';
import type { ContentsProps } from '../storages-page.js';
import type { IconName } from '../../components/icon.js';

const DEFAULT_PAGE_SIZE = 100;
/** Maximum page size; larger pages would be slow to read and render. */
const MAX_PAGE_SIZE = 1_000;

/** The contents of a dataset: as a table or as JSON, page by page, with its views. The query has the options. */
export function ItemsView({ id, version }: ContentsProps) {
    const dataset = useApi<DatasetInfo>(`/datasets/${encodeURIComponent(id)}`);
    return (
        <ResourceView resource={dataset}>{(info) => <Items key={id} dataset={info} version={version} />}</ResourceView>
    );
}

function Items({ dataset, version }: { dataset: DatasetInfo; version: number }) {
    const [query, change] = useQuery();
    const options = readItemsOptions(query);
    const isJson = query.get('as') === 'json';
    const range = {
        offset: wholeNumber(query.get('offset'), 0),
        limit: Math.min(wholeNumber(query.get('limit'), DEFAULT_PAGE_SIZE) || DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE),
    };
    const views = useMemo(() => viewsOf(dataset.schema), [dataset]);
    const itemsOf = { ...options, ...range };
    const items = useResource(
        `items ${dataset.id} ${JSON.stringify(itemsOf)}`,
        async (signal): Promise<ItemsResult> => {
            const response = await apiResponse(`/datasets/${dataset.id}/items`, { query: itemsOf, signal });
            const total = Number(response.headers.get('x-apify-pagination-total'));
            return { items: (await response.json()) as unknown[], total };
        },
        undefined,
        version,
    );
    const { value } = items;
    const go = ({ offset, limit }: PageRange): void =>
        change({
            offset: offset === 0 ? undefined : String(offset),
            limit: limit === DEFAULT_PAGE_SIZE ? undefined : String(limit),
        });
    return (
        <section class="items" aria-label="Items">
            <ItemsToolbar
                {...{ dataset, views, options, isJson, change }}
                items={value?.items ?? []}
                onRefresh={items.reload}
            />
            <ResourceView resource={items}>
                {(page) => (
                    <ItemsPage
                        page={page}
                        isJson={isJson}
                        offset={range.offset}
                        view={views.find(({ name }) => name === options.view)}
                        onFirst={() => change({ offset: undefined })}
                    />
                )}
            </ResourceView>
            {value !== undefined && value.total > range.offset && <Pager {...range} total={value.total} onGo={go} />}
        </section>
    );
}

interface ItemsResult {
    readonly items: readonly unknown[];
    readonly total: number;
}

interface ItemsPageProps {
    readonly page: ItemsResult;
    readonly isJson: boolean;
    readonly offset: number;
    readonly view: DatasetView | undefined;
    readonly onFirst: () => void;
}

function ItemsPage({ page: { items, total }, isJson, offset, view, onFirst }: ItemsPageProps) {
    if (total === 0) {
        return (
            <EmptyState title="No items" command="await Actor.pushData({ hello: 'world' })">
                Items appear here as soon as an Actor pushes them.
            </EmptyState>
        );
    }
    if (offset >= total) {
        return (
            <EmptyState
                title={`No items on this page: the dataset has ${total === 1 ? '1 item' : `${formatCount(total)} items`}`}
                actions={<Button onPress={onFirst}>Go to the first page</Button>}
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

function wholeNumber(text: string | null, otherwise: number): number {
    return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : otherwise;
}

const SIZES = [25, 100, 250, 1_000].map((size) => [String(size), formatCount(size)] as const);

interface PageRange {
    readonly offset: number;
    readonly limit: number;
}

function Pager({ offset, limit, total, onGo }: PageRange & { total: number; onGo: (range: PageRange) => void }) {
    const id = useId();
    const last = Math.max(0, Math.floor((total - 1) / limit) * limit);
    const go = (next: number): void => onGo({ offset: Math.min(Math.max(next, 0), total - 1), limit });
    const button = (icon: IconName, label: string, next: number) => (
        <Button
            kind="quiet"
            icon={icon}
            label={label}
            isDisabled={next < offset ? offset === 0 : offset + limit >= total}
            onPress={() => go(next)}
        />
    );
    return (
        <nav class="pager" aria-label="Pages">
            {button('first', 'First page', -1)}
            {button('back', 'Previous page', offset - limit)}
            <span class="pager-words" role="status">
                {`${formatCount(offset + 1)}–${formatCount(Math.min(offset + limit, total))} of ${formatCount(total)}`}
            </span>
            {button('chevron', 'Next page', offset + limit)}
            {button('last', 'Last page', last)}
            <span class="spring" />
            <label for={`${id}-go`}>Go to</label>
            <input
                id={`${id}-go`}
                class="pager-go"
                type="number"
                min={1}
                max={total}
                key={offset}
                defaultValue={String(offset + 1)}
                onChange={({ currentTarget: { value } }) => {
                    if (/^\d+$/.test(value)) go(Math.max(Number(value), 1) - 1);
                }}
            />
            <label for={`${id}-size`}>Show</label>
            <Select
                element={{ id: `${id}-size` }}
                value={String(limit)}
                options={SIZES}
                onChange={(size) => onGo({ offset, limit: Number(size) })}
            />
        </nav>
    );
}

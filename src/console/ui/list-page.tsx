import { type ReloadOn, type Resource, useApi } from '../api/use-resource.js';
import { ButtonLink } from './button.js';
import { Select } from './fields.js';
import { Empty, Page, ResourceView } from './page.js';
import { type Column, Table } from './table.js';
import type { Listed } from '../api/json.js';

interface ListPageProps<Row> {
    readonly title: string;
    /** The word for one row: `task`. */
    readonly one: string;
    /** Where the API lists them. */
    readonly path: string;
    /** The address of the page that creates one. */
    readonly createPath: string;
    /** What such a thing is for, where there is none yet. */
    readonly about: string;
    readonly columns: (list: Resource<Listed<Row>>) => readonly Column<Row>[];
    readonly reloadOn: ReloadOn;
}

/** A page that lists all tasks, schedules or webhooks. */
export function ListPage<Row>(props: ListPageProps<Row>) {
    const { title, one, path, createPath, about } = props;
    const list = useApi<Listed<Row>>(path, { limit: 1000, desc: true }, props.reloadOn);
    const create = (kind: 'primary' | 'plain') => (
        <ButtonLink to={createPath} kind={kind} icon="plus">
            {`Create ${one}`}
        </ButtonLink>
    );
    const empty = (
        <Empty title={`No ${title.toLowerCase()} yet`} actions={create('plain')}>
            <p>{about}</p>
        </Empty>
    );
    return (
        <Page title={title} actions={create('primary')}>
            <ResourceView resource={list}>
                {({ items }) => <Table label={title} rows={items} columns={props.columns(list)} empty={empty} />}
            </ResourceView>
        </Page>
    );
}

interface IdSelectProps {
    readonly label: string;
    /** Where the API lists them. */
    readonly path: '/acts' | '/actor-tasks';
    readonly value: string;
    readonly onChange: (id: string) => void;
}

/** Chooses an Actor or a task by its name. */
export function IdSelect({ label, path, value, onChange }: IdSelectProps) {
    const { value: list } = useApi<Listed<{ id: string; name: string; title?: string }>>(path, { limit: 1000 });
    return (
        <Select
            label={label}
            value={value}
            options={[
                ['', path === '/acts' ? 'Select an Actor…' : 'Select a task…'],
                ...(list?.items ?? []).map(({ id, name, title }) => [id, title ?? name] as const),
            ]}
            onChange={onChange}
        />
    );
}

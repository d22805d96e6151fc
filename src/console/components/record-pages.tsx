import { api } from '../api/api.js';
import { type ReloadOn, type Resource, useApi } from '../api/use-resource.js';
import { useLocation } from '../router.js';
import { showSuccess } from '../signals/toasts.js';
import { Button, ButtonLink, DeleteButton } from './button.js';
import { Select } from './fields.js';
import { EmptyState, NotFound, Page, ResourceView } from './page.js';
import { type Column, Table } from './table.js';
import type { ComponentChildren } from 'preact';
import type { Listed } from '../api/json.js';

export interface RecordType {
    readonly title: string;
    readonly one: string;
    /** Path of the collection in the API. */
    readonly path: string;
    /** Path of the list in the console. */
    readonly page: string;
    readonly about: string;
    /** A consequence of the deletion that is not obvious. */
    readonly deletion: string;
}

interface ListPageProps<Row> {
    readonly type: RecordType;
    readonly columns: (list: Resource<Listed<Row>>) => readonly Column<Row>[];
    readonly reloadOn: ReloadOn;
}

export function ListPage<Row>({ type: { title, one, path, page, about }, columns, reloadOn }: ListPageProps<Row>) {
    const list = useApi<Listed<Row>>(path, { limit: 1000, desc: true }, reloadOn);
    const create = (kind: 'primary' | 'plain') => (
        <ButtonLink to={`${page}/new`} kind={kind} icon="plus">
            {`Create ${one}`}
        </ButtonLink>
    );
    const empty = (
        <EmptyState title={`No ${title.toLowerCase()} yet`} actions={create('plain')}>
            {about}
        </EmptyState>
    );
    return (
        <Page title={title} actions={create('primary')}>
            <ResourceView resource={list}>
                {({ items }) => <Table label={title} rows={items} columns={columns(list)} empty={empty} />}
            </ResourceView>
        </Page>
    );
}

interface RecordPageProps<T> {
    readonly type: RecordType;
    readonly id: string;
    readonly nameOf: (record: T) => string;
    readonly reloadOn?: ReloadOn;
    /** Buttons beside the delete button. */
    readonly actions: (record: T) => ComponentChildren;
    readonly children: (record: T, resource: Resource<T>) => ComponentChildren;
}

export function RecordPage<T extends { id: string; name?: string }>(props: RecordPageProps<T>) {
    const { title, one, path, page, deletion } = props.type;
    const resource = useApi<T>(`${path}/${encodeURIComponent(props.id)}`, {}, props.reloadOn);
    const { value } = resource;
    const actions = value && (
        <>
            <DeleteButton
                path={`${path}/${value.id}`}
                what={!value.name ? `the ${one}` : `${one} ${value.name}`}
                explanation={deletion}
                to={page}
            />
            {props.actions(value)}
        </>
    );
    const kind = title.slice(0, -1);
    const missing = <NotFound what={`${kind} ${props.id}`} all={title.toLowerCase()} to={page} />;
    return (
        <Page title={value ? props.nameOf(value) : kind} crumbs={[[title, page]]} actions={actions}>
            <ResourceView resource={resource} missing={missing}>
                {(record) => props.children(record, resource)}
            </ResourceView>
        </Page>
    );
}

export function NewRecordPage({ type, children }: { type: RecordType; children: ComponentChildren }) {
    return (
        <Page title={`New ${type.one}`} crumbs={[[type.title, type.page]]}>
            {children}
        </Page>
    );
}

interface SaveProps<T> {
    readonly type: RecordType;
    /** Undefined for a new record, whose page is opened after saving. */
    readonly id: string | undefined;
    /** Returns the fields to send to the API; throws for an invalid form. */
    readonly fields: () => object;
    readonly onSaved?: (record: T) => void;
}

export function SaveButton<T extends { id: string; name?: string }>({ type, id, fields, onSaved }: SaveProps<T>) {
    const { route } = useLocation();
    const { one, path, page } = type;
    const save = async (): Promise<void> => {
        const json = fields();
        const saved =
            id === undefined
                ? await api<T>(path, { method: 'POST', json })
                : await api<T>(`${path}/${id}`, { method: 'PUT', json });
        const done = id === undefined ? 'created.' : 'saved.';
        showSuccess([type.title.slice(0, -1), saved.name, done].filter(Boolean).join(' '));
        if (id === undefined) route(`${page}/${saved.id}`);
        onSaved?.(saved);
    };
    return (
        <Button kind="primary" onPress={save}>
            {id === undefined ? `Create ${one}` : 'Save'}
        </Button>
    );
}

/** Returns the draft of a form: the values of a record, and the initial values for missing ones. */
export function draftFrom<Draft extends object>(initial: Draft, record: object): Draft {
    const present = Object.entries(record).filter(
        ([name, value]) => name in initial && (value ?? undefined) !== undefined,
    );
    return { ...initial, ...Object.fromEntries(present) };
}

interface IdSelectProps {
    readonly kind: 'actor' | 'task';
    readonly label?: string;
    readonly value: string;
    readonly onChange: (id: string) => void;
}

export function IdSelect({ kind, label = kind === 'actor' ? 'Actor' : 'Task', value, onChange }: IdSelectProps) {
    const path = kind === 'actor' ? '/acts' : '/actor-tasks';
    const { value: list } = useApi<Listed<{ id: string; name: string; title?: string }>>(path, { limit: 1000 });
    const options = (list?.items ?? []).map(({ id, name, title }) => [id, title || name] as const);
    const none = kind === 'actor' ? 'Select an Actor…' : 'Select a task…';
    return <Select label={label} value={value} options={[['', none], ...options]} onChange={onChange} />;
}

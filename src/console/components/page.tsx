import { useEffect, useRef } from 'preact/hooks';
import { isNotFound, messageOf } from '../api/api.js';
import { useRoute } from '../router.js';
import { now } from '../signals/now.js';
import { Button, CopyButton } from './button.js';
import { formatAgo, formatCount, formatDate, formatDuration, humanize } from './format.js';
import { Icon } from './icon.js';
import type { ComponentChildren } from 'preact';
import type { Resource } from '../api/use-resource.js';

interface PageProps {
    readonly title: string;
    /** Shown instead of the title, which then only names the document. */
    readonly heading?: ComponentChildren;
    readonly crumbs?: readonly (readonly [name: string, to: string])[];
    readonly actions?: ComponentChildren;
    readonly children: ComponentChildren;
}

export function Page({ title, heading, crumbs = [], actions, children }: PageProps) {
    const element = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        document.title = `${title} · greenroom`;
    }, [title]);
    useFocusOnArrival(element);
    return (
        <main class="page" id="main">
            <header class="page-head">
                <div class="page-title">
                    {crumbs.length > 0 && (
                        <nav class="crumbs" aria-label="Breadcrumbs">
                            {crumbs.map(([name, to], index) => (
                                <span key={to}>
                                    {index > 0 && <Icon name="chevron" size={12} />}
                                    <a href={to}>{name}</a>
                                </span>
                            ))}
                        </nav>
                    )}
                    <h1 ref={element} tabIndex={-1}>
                        {heading ?? title}
                    </h1>
                </div>
                {actions && <div class="page-actions">{actions}</div>}
            </header>
            {children}
        </main>
    );
}

let focusedPath: string | undefined;

/** Focuses the title when a page is opened; not for the first page, nor while the focus is on a tab. */
function useFocusOnArrival(element: { readonly current: HTMLElement | null }): void {
    const { path } = useRoute();
    useEffect(() => {
        const isArrival = focusedPath !== undefined && focusedPath !== path;
        focusedPath = path;
        const isAmongTabs = Boolean(document.activeElement?.closest('.tabs'));
        if (isArrival && !isAmongTabs) element.current?.focus({ preventScroll: true });
    }, [path]);
}

export interface TabSpec<T> {
    readonly name: string;
    readonly countOf?: (value: T) => number | undefined;
    readonly show: (value: T) => ComponentChildren;
}

interface TabViewProps<T> {
    readonly label: string;
    /** The path of the page; the slug of a tab is appended. */
    readonly base: string;
    /** Tabs by their slugs. */
    readonly tabs: Readonly<Record<string, TabSpec<T>>>;
    /** The slug in the path; the first tab is shown for an unknown one. */
    readonly current: string;
    readonly value: T;
}

/** The tabs of a page, each with its own path. */
export function TabView<T>({ label, base, tabs, current, value }: TabViewProps<T>) {
    const slug = Object.hasOwn(tabs, current) ? current : Object.keys(tabs)[0]!;
    const links = Object.entries(tabs).map(([path, { name, countOf }]): Tab => {
        return [name, path === '' ? base : `${base}/${path}`, countOf?.(value)];
    });
    return (
        <>
            <Tabs label={label} current={tabs[slug]!.name} tabs={links} />
            <div key={slug}>{tabs[slug]!.show(value)}</div>
        </>
    );
}

type Tab = readonly [name: string, to: string, count?: number | undefined];

export function Tabs({ tabs, current, label }: { tabs: readonly Tab[]; current: string; label: string }) {
    const element = useRef<HTMLElement>(null);
    // On narrow screens, the current tab may be scrolled out of view.
    useEffect(() => {
        element.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }, [current]);
    return (
        <nav class="tabs" aria-label={label} ref={element}>
            {tabs.map(([name, to, count]) => (
                <a key={to} href={to} class="tab" aria-current={name === current ? 'page' : undefined}>
                    {name}
                    {count !== undefined && <span class="count">{formatCount(count)}</span>}
                </a>
            ))}
        </nav>
    );
}

interface EmptyStateProps {
    readonly title: string;
    readonly children?: ComponentChildren;
    readonly command?: string;
    readonly actions?: ComponentChildren;
}

export function EmptyState({ title, children, command, actions }: EmptyStateProps) {
    return (
        <section class="empty">
            <h2>{title}</h2>
            {children && (
                <div class="empty-text">
                    <p>{children}</p>
                </div>
            )}
            {command && (
                <div class="command">
                    <code>{command}</code>
                    <CopyButton text={command} label="Copy the command" />
                </div>
            )}
            {actions && <div class="empty-actions">{actions}</div>}
        </section>
    );
}

interface NotFoundProps {
    /** The missing record: `Run 123`. */
    readonly what: string;
    /** Plural noun of the records, and the path of their list. */
    readonly all: string;
    readonly to: string;
    /** The possible reasons. */
    readonly children?: ComponentChildren;
}

/** Shown instead of a record that does not exist. */
export function NotFound({ what, all, to, children = 'It was deleted, or the address is wrong.' }: NotFoundProps) {
    return (
        <EmptyState title={`${what} not found`} actions={<a href={to}>{`View all ${all}`}</a>}>
            {children}
        </EmptyState>
    );
}

interface DefinitionListProps {
    /** Values by their names; undefined ones are left out. */
    readonly entries: Readonly<Record<string, ComponentChildren>>;
    readonly title?: string;
    /** CSS classes. */
    readonly className?: string;
}

export function DefinitionList({ entries, title, className }: DefinitionListProps) {
    const shown = Object.entries(entries).filter(([, value]) => value !== undefined && value !== null);
    if (shown.length === 0) return null;
    return (
        <section class={className} aria-label={title}>
            {title && <h2>{title}</h2>}
            <dl class="definitions">
                {shown.map(([name, value]) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ))}
            </dl>
        </section>
    );
}

interface ResourceProps<T> {
    readonly resource: Resource<T>;
    /** If set, the view becomes a section with this title. */
    readonly title?: string;
    /** Beside the title. */
    readonly side?: ComponentChildren;
    /** Shown if the resource does not exist. Default: the error. */
    readonly missing?: ComponentChildren;
    readonly children: (value: T) => ComponentChildren;
}

/** Shows a loaded resource; until then a loading indicator, or the error. */
export function ResourceView<T>({ resource, title, side, missing, children }: ResourceProps<T>) {
    const { value, error, reload } = resource;
    if (missing !== undefined && isNotFound(error)) return <>{missing}</>;
    const shown = (
        <>
            {value === undefined && error === undefined && <Loading />}
            {error !== undefined && <ErrorMessage error={error} onRetry={reload} />}
            {value !== undefined && children(value)}
        </>
    );
    if (title === undefined) return shown;
    return (
        <section aria-label={title}>
            <div class="section-head">
                <h2>{title}</h2>
                {side}
            </div>
            {shown}
        </section>
    );
}

/** Appears after a short delay to avoid flicker. */
export function Loading() {
    return (
        <div class="loading" role="status" aria-label="Loading">
            <span class="spinner" />
        </div>
    );
}

export function ErrorMessage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
    return (
        <div class="error-message" role="alert">
            <Icon name="warning" size={18} />
            <p>{messageOf(error)}</p>
            <Button onPress={onRetry}>Try again</Button>
        </div>
    );
}

export function Ago({ iso }: { iso: string | null | undefined }) {
    if (iso === null || iso === undefined) return <span class="faint">–</span>;
    return (
        <time dateTime={iso} title={formatDate(iso)}>
            {formatAgo(iso, now.value)}
        </time>
    );
}

export function Duration(props: { startedAt?: string | null; finishedAt?: string | null | undefined }) {
    if (!props.startedAt) return <span class="faint">–</span>;
    const end = props.finishedAt ? new Date(props.finishedAt).getTime() : now.value;
    return <span class="figure">{formatDuration(end - new Date(props.startedAt).getTime())}</span>;
}

const STATUS_CLASSES: Record<string, string> = {
    READY: 'waiting',
    RUNNING: 'active',
    SUCCEEDED: 'good',
    FAILED: 'bad',
    'TIMING-OUT': 'ending',
    'TIMED-OUT': 'bad',
    ABORTING: 'ending',
    ACTIVE: 'active',
    // States of requests.
    PENDING: 'waiting',
    LOCKED: 'active',
    HANDLED: 'good',
};

export function StatusBadge({ status }: { status: string }) {
    return (
        <span class={`status ${STATUS_CLASSES[status] ?? 'off'}`} data-status={status}>
            <span class="dot" aria-hidden="true" />
            {humanize(status)}
        </span>
    );
}

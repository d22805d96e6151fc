import { useEffect, useRef } from 'preact/hooks';
import { isNotFound, messageOf } from '../api/api.js';
import { useRoute } from '../router.js';
import { now } from '../signals/now.js';
import { Button, CopyButton } from './button.js';
import { formatAgo, formatCount, formatDate, formatDuration } from './format.js';
import { Icon } from './icon.js';
import type { ComponentChildren } from 'preact';
import type { Resource } from '../api/use-resource.js';

interface PageProps {
    readonly title: string;
    /** Where the title that is shown is more than a text. */
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
                            {crumbs.map(([name, to]) => (
                                <span key={to}>
                                    <a href={to}>{name}</a>
                                    <Icon name="chevron" size={12} />
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

/** Focuses the title when a page is opened; not the very first page, nor where the focus is on a tab of the same page. */
function useFocusOnArrival(element: { readonly current: HTMLElement | null }): void {
    const { path } = useRoute();
    useEffect(() => {
        const isArrival = focusedPath !== undefined && focusedPath !== path;
        focusedPath = path;
        const isAmongTabs = Boolean(document.activeElement?.closest('.tabs'));
        if (isArrival && !isAmongTabs) element.current?.focus({ preventScroll: true });
    }, [path]);
}

export interface Part<T> {
    readonly name: string;
    readonly countOf?: (value: T) => number | undefined;
    readonly show: (value: T) => ComponentChildren;
}

interface PartsProps<T> {
    readonly label: string;
    /** The address of the page; the name of a part follows it. */
    readonly base: string;
    readonly parts: Readonly<Record<string, Part<T>>>;
    /** The part of the address; the first part is shown where it names none. */
    readonly current: string;
    readonly value: T;
}

/** The parts of a page, each with an address of its own. */
export function Parts<T>({ label, base, parts, current, value }: PartsProps<T>) {
    const slug = Object.hasOwn(parts, current) ? current : Object.keys(parts)[0]!;
    const tabs = Object.entries(parts).map(([path, { name, countOf }]): Tab => {
        return [name, path === '' ? base : `${base}/${path}`, countOf?.(value)];
    });
    return (
        <>
            <Tabs label={label} current={parts[slug]!.name} tabs={tabs} />
            <div key={slug}>{parts[slug]!.show(value)}</div>
        </>
    );
}

type Tab = readonly [name: string, to: string, count?: number | undefined];

export function Tabs({ tabs, current, label }: { tabs: readonly Tab[]; current: string; label: string }) {
    const element = useRef<HTMLElement>(null);
    // Where there is little room, some of them are out of sight.
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

interface EmptyProps {
    readonly title: string;
    readonly children?: ComponentChildren;
    readonly command?: string;
    readonly actions?: ComponentChildren;
}

export function EmptyState({ title, children, command, actions }: EmptyProps) {
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

interface FactsProps {
    /** By name; those that are undefined are left out. */
    readonly facts: Readonly<Record<string, ComponentChildren>>;
    readonly title?: string;
    /** Classes of the style sheet. */
    readonly look?: string;
}

export function DefinitionList({ facts, title, look }: FactsProps) {
    const shown = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
    if (shown.length === 0) return null;
    return (
        <section class={look} aria-label={title}>
            {title && <h2>{title}</h2>}
            <dl class="facts">
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
    /** Of a section of the page. */
    readonly title?: string;
    /** Beside the title. */
    readonly side?: ComponentChildren;
    /** Shown where nothing is at the path that was read. Default: the error. */
    readonly missing?: ComponentChildren;
    readonly children: (value: T) => ComponentChildren;
}

/** Shows what was read once it is there; until then that it is being read, or why it cannot be. */
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

/** Shown only after a moment, so that it does not flicker. */
export function Loading() {
    return (
        <div class="loading" role="status" aria-label="Loading">
            <span class="spinner" />
        </div>
    );
}

export function ErrorMessage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
    return (
        <div class="trouble" role="alert">
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

const LOOKS: Record<string, string> = {
    READY: 'waiting',
    RUNNING: 'going',
    SUCCEEDED: 'good',
    FAILED: 'bad',
    'TIMING-OUT': 'ending',
    'TIMED-OUT': 'bad',
    ABORTING: 'ending',
    ACTIVE: 'going',
    // Of requests.
    PENDING: 'waiting',
    LOCKED: 'going',
    HANDLED: 'good',
};

export function StatusBadge({ status }: { status: string }) {
    const words = status.charAt(0) + status.slice(1).toLowerCase().replace('-', ' ');
    return (
        <span class={`status ${LOOKS[status] ?? 'off'}`} data-status={status}>
            <span class="dot" aria-hidden="true" />
            {words}
        </span>
    );
}

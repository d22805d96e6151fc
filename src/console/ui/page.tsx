import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { place } from '../router/router.js';
import { CopyButton } from './button.js';
import { formatCount } from './format.js';
import { Icon } from './icon.js';
import { Link } from './link.js';

/** A place above the one that is shown. */
export interface Crumb {
    readonly name: string;
    readonly to: string;
}

/** A page: its title, what can be done, and what there is. When somebody has come to it, the focus is on its title. */
export function Page({
    title,
    heading,
    crumbs = [],
    actions,
    children,
}: {
    title: string;
    /** Where the title that is shown is more than a text. */
    heading?: ComponentChildren;
    crumbs?: readonly Crumb[];
    actions?: ComponentChildren;
    children: ComponentChildren;
}) {
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
                        <nav class="crumbs" aria-label="Where this is">
                            {crumbs.map(({ name, to }) => (
                                <span key={to}>
                                    <Link to={to}>{name}</Link>
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

/** Not at the very first page, nor where the focus is in a part of the same page. */
function useFocusOnArrival(element: { readonly current: HTMLElement | null }): void {
    const { path } = place.value;
    useEffect(() => {
        const isArrival = focusedPath !== undefined && focusedPath !== path;
        focusedPath = path;
        // Who goes through the parts of a page goes on there.
        const isAmongTabs = Boolean(document.activeElement?.closest('.tabs'));
        if (isArrival && !isAmongTabs) element.current?.focus({ preventScroll: true });
    }, [path]);
}

/** One of the parts of a page. */
export interface Tab {
    readonly name: string;
    readonly to: string;
    /** How many there are of what it shows. */
    readonly count?: number | undefined;
}

/** The parts of a page, each with a place of its own. */
export function Tabs({ tabs, current, label }: { tabs: readonly Tab[]; current: string; label: string }) {
    const element = useRef<HTMLElement>(null);
    // Where there is little room, some of them are out of sight.
    useEffect(() => {
        element.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }, [current]);
    return (
        <nav class="tabs" aria-label={label} ref={element}>
            {tabs.map(({ name, to, count }) => (
                <Link key={to} to={to} class="tab" isCurrent={name === current}>
                    {name}
                    {count !== undefined && <span class="count">{count.toLocaleString('en')}</span>}
                </Link>
            ))}
        </nav>
    );
}

/** What is shown where there is nothing yet: what would be here, and what to do. */
export function Empty({
    title,
    children,
    command,
    actions,
}: {
    title: string;
    children?: ComponentChildren;
    /** What can be typed in a terminal. */
    command?: string;
    actions?: ComponentChildren;
}) {
    return (
        <section class="empty">
            <h2>{title}</h2>
            {children && <div class="empty-text">{children}</div>}
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

/** What is known of something, by name; what is undefined is left out. */
export function Facts({ facts }: { facts: Readonly<Record<string, ComponentChildren>> }) {
    return (
        <dl class="facts">
            {Object.entries(facts)
                .filter(([, value]) => value !== undefined && value !== null)
                .map(([name, value]) => (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ))}
        </dl>
    );
}

/** How many there are in a list. */
export function RowCount({
    count,
    one,
    isMore = false,
}: {
    count: number;
    /** The word for one of them. */
    one: string;
    /** Whether there may be more. */
    isMore?: boolean;
}) {
    const isOne = count === 1 && !isMore;
    return (
        <p class="list-count faint" role="status">
            {`${formatCount(count)}${isMore ? '+' : ''} ${isOne ? one : `${one}s`}`}
        </p>
    );
}

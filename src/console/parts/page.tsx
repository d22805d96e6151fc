import { place } from '../router/router.js';
import { useEffect, useRef, type ComponentChildren, type JSX } from '../preact.js';
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
}): JSX.Element {
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
    const { path } = place.current;
    useEffect(() => {
        const isArrival = focusedPath !== undefined && focusedPath !== path;
        focusedPath = path;
        // Who goes through the parts of a page goes on there.
        const isAmongTabs = Boolean(document.activeElement?.closest('.tabs'));
        if (isArrival && !isAmongTabs) element.current?.focus({ preventScroll: true });
    }, [path]);
}

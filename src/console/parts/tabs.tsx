import { Link } from './link.js';
import { useEffect, useRef, type JSX } from '../preact.js';

/** One of the parts of a page. */
export interface Tab {
    readonly name: string;
    readonly to: string;
    /** How many there are of what it shows. */
    readonly count?: number | undefined;
}

/** The parts of a page, each with a place of its own. */
export function Tabs({ tabs, current, label }: { tabs: readonly Tab[]; current: string; label: string }): JSX.Element {
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

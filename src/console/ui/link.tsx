import type { ComponentChildren } from 'preact';
import { navigate } from '../router/router.js';

/** A link to another place of the console: a real one, so that it can be opened in a tab of its own. */
export function Link({
    to,
    children,
    class: name,
    title,
    label,
    isCurrent = false,
}: {
    to: string;
    children: ComponentChildren;
    class?: string | undefined;
    title?: string | undefined;
    label?: string | undefined;
    isCurrent?: boolean;
}) {
    const follow = (event: MouseEvent): void => {
        if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        navigate(to);
    };
    return (
        <a
            href={to}
            class={name}
            title={title}
            aria-label={label}
            aria-current={isCurrent ? 'page' : undefined}
            onClick={follow}
        >
            {children}
        </a>
    );
}

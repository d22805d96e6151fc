import { CopyButton } from './copy.js';
import type { ComponentChildren, JSX } from '../preact.js';

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
}): JSX.Element {
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

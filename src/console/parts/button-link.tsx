import { Icon, type IconName } from './icon.js';
import { Link } from './link.js';
import type { ComponentChildren, JSX } from '../preact.js';
import type { ButtonKind } from './button.js';

/** A link that looks like a button: for what leads somewhere to do something. */
export function ButtonLink({
    to,
    children,
    kind = 'plain',
    icon,
}: {
    to: string;
    children: ComponentChildren;
    kind?: ButtonKind;
    icon?: IconName;
}): JSX.Element {
    return (
        <Link to={to} class={`button ${kind}`}>
            {icon && <Icon name={icon} />}
            {children}
        </Link>
    );
}

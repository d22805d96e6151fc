import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { showTrouble } from '../state/toasts.js';
import { Icon, type IconName } from './icon.js';
import { Link } from './link.js';

/** What a button looks like: what is meant to be done, one thing among others, something that destroys, or hardly at all. */
export type ButtonKind = 'primary' | 'plain' | 'danger' | 'quiet';

interface ButtonProps {
    readonly children?: ComponentChildren;
    readonly icon?: IconName | undefined;
    readonly kind?: ButtonKind;
    /** Needed where there is only an icon. */
    readonly label?: string | undefined;
    readonly title?: string | undefined;
    readonly isDisabled?: boolean | undefined;
    readonly type?: 'button' | 'submit';
    /** Id of the form that it submits, where that is not around it. */
    readonly form?: string | undefined;
    readonly isPressed?: boolean | undefined;
    /** While it has not settled, the button cannot be pressed again; what it rejects with is shown. */
    readonly onPress?: (() => unknown) | undefined;
}

export function Button(props: ButtonProps) {
    const {
        children,
        icon,
        kind = 'plain',
        label,
        title,
        isDisabled = false,
        type = 'button',
        isPressed,
        form,
    } = props;
    const [isBusy, setBusy] = useState(false);
    const press = async (): Promise<void> => {
        const result = props.onPress?.();
        if (!(result instanceof Promise)) return;
        setBusy(true);
        await result.catch(showTrouble);
        setBusy(false);
    };
    return (
        <button
            type={type}
            form={form}
            class={`button ${kind}${children === undefined ? ' bare' : ''}`}
            disabled={isDisabled || isBusy}
            aria-label={label}
            aria-pressed={isPressed}
            aria-busy={isBusy}
            title={title ?? (children === undefined ? label : undefined)}
            onClick={() => void press()}
        >
            {icon && <Icon name={icon} />}
            {children}
        </button>
    );
}

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
}) {
    return (
        <Link to={to} class={`button ${kind}`}>
            {icon && <Icon name={icon} />}
            {children}
        </Link>
    );
}

const SHOWN_MILLIS = 1_500;

/** Copies a text, which may be made only then. */
export function CopyButton({ text, label = 'Copy' }: { text: string | (() => string); label?: string }) {
    const [isCopied, setCopied] = useState(false);
    const copy = async (): Promise<void> => {
        await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
        setCopied(true);
        window.setTimeout(() => setCopied(false), SHOWN_MILLIS);
    };
    return (
        <Button kind="quiet" icon={isCopied ? 'check' : 'copy'} label={isCopied ? 'Copied' : label} onPress={copy} />
    );
}

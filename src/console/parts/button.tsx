import { Icon, type IconName } from './icon.js';
import { useState, type ComponentChildren, type JSX } from '../preact.js';
import { showTrouble } from '../state/toasts.js';

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

export function Button(props: ButtonProps): JSX.Element {
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

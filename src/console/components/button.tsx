import { createContext } from 'preact';
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks';
import { apiResponse } from '../api/api.js';
import { useLocation } from '../router.js';
import { showSuccess, showError } from '../signals/toasts.js';
import { Icon, type IconName } from './icon.js';
import type { ComponentChildren } from 'preact';

type ButtonKind = 'primary' | 'plain' | 'danger' | 'quiet';

export interface ButtonProps {
    readonly children?: ComponentChildren;
    readonly icon?: IconName | undefined;
    readonly kind?: ButtonKind | undefined;
    /** Required for a button with only an icon. */
    readonly label?: string | undefined;
    readonly title?: string | undefined;
    readonly isDisabled?: boolean | undefined;
    readonly isPressed?: boolean | undefined;
}

interface PressProps {
    readonly type?: 'button' | 'submit';
    /** Id of the form that it submits, if the form does not contain the button. */
    readonly form?: string;
    /** The button is disabled until the returned promise settles; a rejection is shown as a toast. */
    readonly onPress?: () => unknown;
}

/** Returns a function that runs an action and shows its error, and true while the action is running. */
export function useAction<Args extends unknown[]>(
    action: (...args: Args) => unknown,
): [start: (...args: Args) => Promise<void>, isBusy: boolean] {
    const [isBusy, setBusy] = useState(false);
    const start = async (...args: Args): Promise<void> => {
        try {
            const result = action(...args);
            if (!(result instanceof Promise)) return;
            setBusy(true);
            await result;
        } catch (error) {
            showError(error);
        }
        setBusy(false);
    };
    return [start, isBusy];
}

export function Button(props: ButtonProps & PressProps) {
    const { children, icon, kind = 'plain', label, type = 'button', form, isPressed, onPress } = props;
    const [press, isBusy] = useAction(() => onPress?.());
    return (
        <button
            type={type}
            form={form}
            class={`button ${kind}${children === undefined ? ' bare' : ''}`}
            disabled={props.isDisabled === true || isBusy}
            aria-label={label}
            aria-pressed={isPressed}
            aria-busy={isBusy}
            title={props.title ?? (children === undefined ? label : undefined)}
            onClick={() => void press()}
        >
            {icon && <Icon name={icon} />}
            {children}
        </button>
    );
}

interface LinkProps extends Pick<ButtonProps, 'children' | 'icon' | 'kind' | 'label'> {
    readonly to: string;
    readonly download?: string | boolean;
    readonly target?: string;
}

export function ButtonLink({ children, icon, kind = 'plain', label, to, ...link }: LinkProps) {
    return (
        <a
            {...link}
            href={to}
            class={`button ${kind}${children === undefined ? ' bare' : ''}`}
            title={label}
            aria-label={label}
        >
            {icon && <Icon name={icon} />}
            {children}
        </a>
    );
}

const SHOWN_MILLIS = 1_500;

/** Copies a text, which may be computed on demand. */
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

export function IdText({ id }: { id: string }) {
    return (
        <span class="mono">
            {id} <CopyButton text={id} label="Copy the id" />
        </span>
    );
}

export interface DialogProps {
    readonly title: string;
    readonly children: ComponentChildren;
    readonly isWide?: boolean;
    readonly actions?: ComponentChildren;
    /** Not needed in a {@link DialogButton}, which closes its dialog. */
    readonly onClose?: () => void;
}

const CloseContext = createContext((): void => undefined);

/** A modal dialog. Escape closes it; the focus then returns to the previous element. */
export function Dialog({ title, children, actions, isWide, ...props }: DialogProps) {
    const close = useContext(CloseContext);
    const onClose = props.onClose ?? close;
    const element = useRef<HTMLDialogElement>(null);
    const titleId = useId();
    useEffect(() => {
        const previous = document.activeElement;
        element.current?.showModal();
        // Not the close button, which is the first focusable element.
        element.current
            ?.querySelector<HTMLElement>('.dialog-content :is(input, select, textarea), .dialog-foot .button')
            ?.focus();
        return () => {
            if (previous instanceof HTMLElement) previous.focus();
        };
    }, []);
    return (
        <dialog
            ref={element}
            class={isWide ? 'dialog wide' : 'dialog'}
            aria-labelledby={titleId}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
            // Keys pressed here must not reach the form that opened the dialog.
            onKeyDown={(event) => event.stopPropagation()}
            onMouseDown={(event) => {
                // The backdrop belongs to the element.
                if (event.target === element.current) onClose();
            }}
        >
            <div class="dialog-body">
                <header class="dialog-head">
                    <h2 id={titleId}>{title}</h2>
                    <Button kind="quiet" icon="close" label="Close" onPress={onClose} />
                </header>
                <div class="dialog-content">{children}</div>
                {actions && <footer class="dialog-foot">{actions}</footer>}
            </div>
        </dialog>
    );
}

interface FormDialogProps extends Omit<DialogProps, 'onClose'> {
    readonly verb: string;
    readonly kind?: 'primary' | 'danger';
    /** False while the form is invalid. */
    readonly isReady?: boolean;
    /** The dialog closes when it succeeds, and stays open when it fails. */
    readonly onSubmit: () => unknown;
}

/** A small form in a dialog: Enter submits it, Escape closes it. */
export function FormDialog(props: FormDialogProps) {
    const { verb, kind = 'primary', isReady = true, onSubmit, children, ...dialog } = props;
    const onClose = useContext(CloseContext);
    const id = useId();
    const [submit, isBusy] = useAction(async () => {
        await onSubmit();
        onClose();
    });
    const actions = (
        <>
            <Button onPress={onClose}>Cancel</Button>
            <Button kind={kind} type="submit" form={id} isDisabled={isBusy || !isReady}>
                {verb}
            </Button>
        </>
    );
    return (
        <Dialog {...dialog} actions={actions}>
            <form
                id={id}
                class="form"
                noValidate
                onSubmit={(event) => {
                    event.preventDefault();
                    // The dialog may be inside another form.
                    event.stopPropagation();
                    if (isReady) void submit();
                }}
            >
                {children}
            </form>
        </Dialog>
    );
}

export function DialogButton({ dialog, ...button }: ButtonProps & { dialog: ComponentChildren }) {
    const [isOpen, setOpen] = useState(false);
    return (
        <>
            <Button {...button} onPress={() => setOpen(true)} />
            {isOpen && <CloseContext.Provider value={() => setOpen(false)}>{dialog}</CloseContext.Provider>}
        </>
    );
}

interface DeleteProps {
    readonly path: string;
    readonly what: string;
    readonly explanation: string;
    readonly kind?: 'plain' | 'danger';
    readonly isQuiet?: boolean;
    /** The page to open after the deletion. */
    readonly to?: string;
    readonly onDeleted?: () => void;
}

export function DeleteButton({ path, what, explanation, kind, isQuiet, to, onDeleted }: DeleteProps) {
    const { route } = useLocation();
    const remove = async (): Promise<void> => {
        await apiResponse(path, { method: 'DELETE' });
        showSuccess(`Deleted ${what}.`);
        if (to !== undefined) route(to);
        onDeleted?.();
    };
    const appearance: ButtonProps = isQuiet ? { kind: 'quiet', label: `Delete ${what}` } : { kind, children: 'Delete' };
    const dialog = (
        <FormDialog title={`Delete ${what}?`} verb="Delete" kind="danger" onSubmit={remove}>
            <p>{explanation}</p>
        </FormDialog>
    );
    return <DialogButton icon="trash" {...appearance} dialog={dialog} />;
}

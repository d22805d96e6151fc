import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { apiAnswer } from '../api/api.js';
import { useLocation } from '../router.js';
import { showDone, showTrouble } from '../state/toasts.js';
import { Icon, type IconName } from './icon.js';
import type { ComponentChildren } from 'preact';

/** The look of a button: the main action, one among others, something that destroys, or hardly a button. */
type ButtonKind = 'primary' | 'plain' | 'danger' | 'quiet';

/** What every button has. */
interface ButtonProps {
    readonly children?: ComponentChildren;
    readonly icon?: IconName | undefined;
    readonly kind?: ButtonKind | undefined;
    /** Needed where there is only an icon. */
    readonly label?: string | undefined;
    readonly title?: string | undefined;
    readonly isDisabled?: boolean | undefined;
    readonly isPressed?: boolean | undefined;
}

interface PressProps {
    readonly type?: 'button' | 'submit';
    /** Id of the form that it submits, where that is not around it. */
    readonly form?: string;
    /** While it has not settled, the button cannot be pressed again; what it rejects with is shown. */
    readonly onPress?: () => unknown;
}

/** Returns what starts an action and shows why it fails, and if it is under way. */
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
            showTrouble(error);
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

/** A link that looks like a button: for what leads somewhere to do something. */
export function ButtonLink({
    children,
    icon,
    kind = 'plain',
    to,
}: Pick<ButtonProps, 'children' | 'icon' | 'kind'> & { to: string }) {
    return (
        <a href={to} class={`button ${kind}`}>
            {icon && <Icon name={icon} />}
            {children}
        </a>
    );
}

/** A link to a file of the server, which looks like a button with an icon. */
export function FileLink(props: { to: string; icon: IconName; label: string; download?: string; target?: string }) {
    const { to, icon, label, ...link } = props;
    return (
        <a class="button quiet bare" href={to} rel="noreferrer" title={label} aria-label={label} {...link}>
            <Icon name={icon} />
        </a>
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

/** An id, with a button that copies it. */
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
    readonly onClose: () => void;
}

/** A modal dialog; Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, children, actions, onClose, isWide }: DialogProps) {
    const element = useRef<HTMLDialogElement>(null);
    const titleId = useId();
    useEffect(() => {
        const before = document.activeElement;
        element.current?.showModal();
        // And not to what closes it, which comes first.
        element.current
            ?.querySelector<HTMLElement>('.dialog-content :is(input, select, textarea), .dialog-foot .button')
            ?.focus();
        return () => {
            if (before instanceof HTMLElement) before.focus();
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
            // What is pressed here is not meant for the form that it was opened from.
            onKeyDown={(event) => event.stopPropagation()}
            onMouseDown={(event) => {
                // What lies around it belongs to the element too.
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

interface FormDialogProps extends DialogProps {
    /** What its button says: `Save`. */
    readonly verb: string;
    readonly kind?: 'primary' | 'danger';
    /** False while what is in it cannot be sent. */
    readonly isReady?: boolean;
    /** The dialog closes when it succeeds, and stays open when it fails. */
    readonly onSubmit: () => unknown;
}

/** A small form in a dialog: Enter submits it, Escape leaves it. */
export function FormDialog(props: FormDialogProps) {
    const { verb, kind = 'primary', isReady = true, onSubmit, children, ...dialog } = props;
    const id = useId();
    const [submit, isBusy] = useAction(async () => {
        await onSubmit();
        props.onClose();
    });
    const actions = (
        <>
            <Button onPress={props.onClose}>Cancel</Button>
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
                    // It may have been opened from within another form.
                    event.stopPropagation();
                    if (isReady) void submit();
                }}
            >
                {children}
            </form>
        </Dialog>
    );
}

/** A button that opens a dialog. */
export function DialogButton({
    dialog,
    ...button
}: ButtonProps & { dialog: (onClose: () => void) => ComponentChildren }) {
    const [isOpen, setOpen] = useState(false);
    return (
        <>
            <Button {...button} onPress={() => setOpen(true)} />
            {isOpen && dialog(() => setOpen(false))}
        </>
    );
}

interface DeleteProps {
    /** Of the API. */
    readonly path: string;
    /** Such as `the run`. */
    readonly what: string;
    readonly explanation: string;
    readonly kind?: 'plain' | 'danger';
    /** True for an icon only. */
    readonly isQuiet?: boolean;
    /** The page that is shown then. */
    readonly to?: string;
    readonly onDeleted?: () => void;
}

/** Deletes something, after a question. */
export function DeleteButton({ path, what, explanation, kind, isQuiet, to, onDeleted }: DeleteProps) {
    const { route } = useLocation();
    const remove = async (): Promise<void> => {
        await apiAnswer(path, { method: 'DELETE' });
        showDone(`Deleted ${what}.`);
        if (to !== undefined) route(to);
        onDeleted?.();
    };
    const look: ButtonProps = isQuiet ? { kind: 'quiet', label: `Delete ${what}` } : { kind, children: 'Delete' };
    return (
        <DialogButton
            icon="trash"
            {...look}
            dialog={(onClose) => (
                <FormDialog title={`Delete ${what}?`} verb="Delete" kind="danger" onSubmit={remove} onClose={onClose}>
                    <p>{explanation}</p>
                </FormDialog>
            )}
        />
    );
}

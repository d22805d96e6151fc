import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { showTrouble } from '../state/toasts.js';
import { Button, type ButtonKind } from './button.js';
import type { IconName } from './icon.js';

/** A question or a form before all else; Escape closes it, and the focus goes back to where it was. */
export function Dialog({
    title,
    children,
    actions,
    onClose,
    isWide = false,
}: {
    title: string;
    children: ComponentChildren;
    /** The buttons at its end. */
    actions?: ComponentChildren;
    onClose: () => void;
    isWide?: boolean;
}) {
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
            onKeyDown={(event) => {
                // What is pressed here is not meant for the form that it was opened from.
                event.stopPropagation();
            }}
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

/** A small form before all else: Enter does what it is for, Escape leaves it. It stays open when that fails. */
export function FormDialog({
    title,
    verb,
    kind = 'primary',
    isWide = false,
    isReady = true,
    onSubmit,
    onClose,
    children,
}: {
    title: string;
    /** What its button says: `Save`. */
    verb: string;
    kind?: 'primary' | 'danger';
    isWide?: boolean;
    /** Whether what is in it can be sent. */
    isReady?: boolean;
    /** Has to close it. */
    onSubmit: () => unknown;
    onClose: () => void;
    children: ComponentChildren;
}) {
    const id = useId();
    const [isBusy, setBusy] = useState(false);
    const submit = async (event: Event): Promise<void> => {
        event.preventDefault();
        // It may have been opened from within another form.
        event.stopPropagation();
        if (!isReady) return;
        setBusy(true);
        try {
            await onSubmit();
        } catch (error) {
            showTrouble(error);
        }
        setBusy(false);
    };
    return (
        <Dialog
            title={title}
            isWide={isWide}
            onClose={onClose}
            actions={
                <>
                    <Button onPress={onClose}>Cancel</Button>
                    <Button kind={kind} type="submit" form={id} isDisabled={isBusy || !isReady}>
                        {verb}
                    </Button>
                </>
            }
        >
            <form id={id} class="form" noValidate onSubmit={(event) => void submit(event)}>
                {children}
            </form>
        </Dialog>
    );
}

/** A button that asks before it does what cannot be taken back. */
export function ConfirmButton({
    children,
    question,
    explanation,
    verb,
    icon,
    label,
    kind = 'plain',
    isDisabled,
    onConfirm,
}: {
    children?: ComponentChildren;
    question: string;
    explanation: string;
    /** What the button of the question says: `Delete`. */
    verb: string;
    icon?: IconName;
    label?: string;
    kind?: ButtonKind;
    isDisabled?: boolean;
    onConfirm: () => Promise<unknown>;
}) {
    const [isAsking, setAsking] = useState(false);
    const close = (): void => setAsking(false);
    const confirm = async (): Promise<void> => {
        await onConfirm();
        close();
    };
    return (
        <>
            <Button icon={icon} kind={kind} label={label} isDisabled={isDisabled} onPress={() => setAsking(true)}>
                {children}
            </Button>
            {isAsking && (
                <FormDialog title={question} onClose={close} verb={verb} kind="danger" onSubmit={confirm}>
                    <p>{explanation}</p>
                </FormDialog>
            )}
        </>
    );
}

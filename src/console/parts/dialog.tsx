import { useEffect, useId, useRef, type ComponentChildren, type JSX } from '../preact.js';
import { Button } from './button.js';

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
}): JSX.Element {
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

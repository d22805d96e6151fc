import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { useId, useState, type ComponentChildren, type JSX } from '../preact.js';
import { showTrouble } from '../state/toasts.js';

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
}): JSX.Element {
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

import { useState, type ComponentChildren, type JSX } from '../preact.js';
import { Button, type ButtonKind } from './button.js';
import { FormDialog } from './form-dialog.js';
import type { IconName } from './icon.js';

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
}): JSX.Element {
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

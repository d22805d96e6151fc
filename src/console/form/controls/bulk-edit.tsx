import { Button } from '../../parts/button.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useState, type JSX } from '../../preact.js';

/** Edits a list as lines of text, for those who have many. */
export function BulkEdit({
    title,
    lines,
    onChange,
}: {
    title: string;
    lines: () => readonly string[];
    onChange: (lines: string[]) => void;
}): JSX.Element {
    const [text, setText] = useState<string | undefined>();
    const close = (): void => setText(undefined);
    const apply = (): void => {
        onChange(
            (text ?? '')
                .split('\n')
                .map((line) => line.trim())
                .filter((line) => line !== ''),
        );
        close();
    };
    return (
        <>
            <Button kind="quiet" onPress={() => setText(lines().join('\n'))}>
                Edit as text
            </Button>
            {text !== undefined && (
                <FormDialog title={title} isWide onClose={close} verb="Apply" onSubmit={apply}>
                    <p class="soft">One per line. A line that is left as it is keeps all that belongs to it.</p>
                    <textarea
                        aria-label={title}
                        rows={16}
                        wrap="off"
                        value={text}
                        onInput={({ currentTarget }) => setText(currentTarget.value)}
                    />
                </FormDialog>
            )}
        </>
    );
}

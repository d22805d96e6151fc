import { Button } from '../../parts/button.js';
import type { ComponentChildren, JSX } from '../../preact.js';

/** The rows of a list that can be added to, taken from, and put in another order. */
export function Rows({
    values,
    onChange,
    newRow,
    addText,
    most,
    label,
    more,
    children,
}: {
    values: readonly unknown[];
    onChange: (values: unknown[] | undefined) => void;
    newRow: () => unknown;
    addText: string;
    most?: number | undefined;
    label: string;
    /** What else can be done with the list, beside the button that adds to it. */
    more?: ComponentChildren;
    children: (value: unknown, index: number, change: (value: unknown) => void) => ComponentChildren;
}): JSX.Element {
    const replace = (index: number, value: unknown): void =>
        onChange(values.map((other, at) => (at === index ? value : other)));
    const remove = (index: number): void => {
        const rest = values.filter((_, at) => at !== index);
        onChange(rest.length === 0 ? undefined : rest);
    };
    const moveUp = (index: number): void => {
        const moved = [...values];
        moved.splice(index - 1, 2, moved[index], moved[index - 1]);
        onChange(moved);
    };
    return (
        <div class="rows" role="group" aria-label={label}>
            {values.map((value, index) => (
                <div class="list-row" key={index}>
                    <div class="grow">{children(value, index, (next) => replace(index, next))}</div>
                    <Button
                        kind="quiet"
                        icon="up"
                        label={`Move row ${index + 1} up`}
                        isDisabled={index === 0}
                        onPress={() => moveUp(index)}
                    />
                    <Button kind="quiet" icon="close" label={`Remove row ${index + 1}`} onPress={() => remove(index)} />
                </div>
            ))}
            <div class="row">
                <Button
                    icon="plus"
                    isDisabled={most !== undefined && values.length >= most}
                    onPress={() => onChange([...values, newRow()])}
                >
                    {addText}
                </Button>
                {more}
            </div>
        </div>
    );
}

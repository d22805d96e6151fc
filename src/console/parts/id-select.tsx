import type { JSX } from '../preact.js';

/** What is chosen by its id. */
interface Choice {
    readonly id: string;
    readonly name: string;
    readonly title?: string;
}

/** Chooses one of what there is, by name. */
export function IdSelect({
    label,
    prompt,
    choices,
    value,
    onChange,
}: {
    label: string;
    /** What stands there before anything is chosen. */
    prompt: string;
    /** Undefined until they are there. */
    choices: readonly Choice[] | undefined;
    value: string;
    onChange: (id: string) => void;
}): JSX.Element {
    return (
        <select aria-label={label} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
            <option value="">{prompt}</option>
            {choices?.map(({ id, name, title }) => (
                <option key={id} value={id}>
                    {title ?? name}
                </option>
            ))}
        </select>
    );
}

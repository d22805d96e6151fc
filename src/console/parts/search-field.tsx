import { Icon } from './icon.js';
import type { JSX } from '../preact.js';

/** A field to search in what is shown; the key `/` leads to it. */
export function SearchField({
    value,
    onChange,
    label,
}: {
    value: string;
    onChange: (value: string) => void;
    label: string;
}): JSX.Element {
    return (
        <label class="search-field">
            <Icon name="search" />
            <input
                type="search"
                data-search
                value={value}
                placeholder={label}
                aria-label={label}
                onInput={({ currentTarget }) => onChange(currentTarget.value)}
            />
        </label>
    );
}

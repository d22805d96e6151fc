import type { FieldSchema } from './schema.js';
import type { FormScope } from './scope.js';

/** What edits the value of a field. */
export interface ControlProps {
    readonly id: string;
    /** Where it is in the input: `proxy`, `pages.0.url`. */
    readonly path: string;
    readonly schema: FieldSchema;
    readonly value: unknown;
    /** Undefined takes the property away, so that its default counts. */
    readonly onChange: (value: unknown) => void;
    readonly scope: FormScope;
    readonly label: string;
    readonly isInvalid: boolean;
    /** The ids of what says more of it. */
    readonly describedBy: string | undefined;
}

/** What every field element is told. */
export function elementProps({ id, isInvalid, describedBy }: ControlProps) {
    return { id, 'aria-invalid': isInvalid, 'aria-describedby': describedBy };
}

/** For a field whose type changes: the types of elements have one for each, and none for all. */
export function typed(type: 'text' | 'password' | 'url' | 'date'): { type: 'text' } {
    return { type: type as 'text' };
}

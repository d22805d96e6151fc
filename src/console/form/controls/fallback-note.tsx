import { shortText } from '../placeholder.js';
import type { FieldSchema } from '../schema.js';
import type { JSX } from '../../preact.js';

/** Says what counts where nothing is given, for what has no place to show it in. */
export function FallbackNote({ schema, isEmpty }: { schema: FieldSchema; isEmpty: boolean }): JSX.Element | null {
    const { default: fallback } = schema;
    if (!isEmpty || fallback === undefined || fallback === null) return null;
    return (
        <p class="fallback faint">
            Default: <code>{shortText(fallback)}</code>
        </p>
    );
}

import { Trouble } from './trouble.js';
import type { Resource } from '../api/use-resource.js';
import type { ComponentChildren, JSX } from '../preact.js';

/** Shows what was read once it is there; until then that it is being read, or why it cannot be. */
export function ResourceView<T>({
    resource,
    children,
}: {
    resource: Resource<T>;
    children: (value: T) => ComponentChildren;
}): JSX.Element {
    const { value, error, reload } = resource;
    if (value !== undefined) {
        return (
            <>
                {error !== undefined && <Trouble error={error} onRetry={reload} />}
                {children(value)}
            </>
        );
    }
    if (error !== undefined) return <Trouble error={error} onRetry={reload} />;
    return <Loading />;
}

/** Shown only after a moment, lest it flicker. */
export function Loading(): JSX.Element {
    return (
        <div class="loading" role="status" aria-label="Loading">
            <span class="spinner" />
        </div>
    );
}

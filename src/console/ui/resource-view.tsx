import type { ComponentChildren } from 'preact';
import { messageOf } from '../api/api.js';
import type { Resource } from '../api/use-resource.js';
import { Button } from './button.js';
import { Icon } from './icon.js';

/** Shows what was read once it is there; until then that it is being read, or why it cannot be. */
export function ResourceView<T>({
    resource,
    children,
}: {
    resource: Resource<T>;
    children: (value: T) => ComponentChildren;
}) {
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
export function Loading() {
    return (
        <div class="loading" role="status" aria-label="Loading">
            <span class="spinner" />
        </div>
    );
}

/** Says why something could not be shown, and lets one try again. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
    return (
        <div class="trouble" role="alert">
            <Icon name="warning" size={18} />
            <p>{messageOf(error)}</p>
            {onRetry && <Button onPress={onRetry}>Try again</Button>}
        </div>
    );
}

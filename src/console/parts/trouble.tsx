import { messageOf } from '../api/api-error.js';
import { Button } from './button.js';
import { Icon } from './icon.js';
import type { JSX } from '../preact.js';

/** Says why something could not be shown, and lets one try again. */
export function Trouble({ error, onRetry }: { error: unknown; onRetry?: () => void }): JSX.Element {
    return (
        <div class="trouble" role="alert">
            <Icon name="warning" size={18} />
            <p>{messageOf(error)}</p>
            {onRetry && <Button onPress={onRetry}>Try again</Button>}
        </div>
    );
}

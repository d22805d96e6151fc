import { useConnectionState } from '../live/live.js';
import { useNow } from '../state/now.js';
import { Icon } from '../parts/icon.js';
import type { JSX } from '../preact.js';

/** Shorter breaks are nobody's business. */
const PATIENCE_MILLIS = 1_500;

/** Says that the engine is not reached, as long as that is so. */
export function ConnectionNote(): JSX.Element {
    const state = useConnectionState();
    const now = useNow();
    const isOffline = state.name === 'offline' && now - state.sinceMillis > PATIENCE_MILLIS;
    return (
        <div role="status" aria-live="polite">
            {isOffline && (
                <p class="offline-note">
                    <Icon name="warning" />
                    <span>
                        <strong>Offline.</strong> Nothing answers at {location.host}: the engine has stopped listening,
                        or was started anew at another port. What is shown is as it was; it goes on by itself once it is
                        back.
                    </span>
                </p>
            )}
        </div>
    );
}

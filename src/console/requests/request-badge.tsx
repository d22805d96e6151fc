import type { JSX } from '../preact.js';
import type { RequestState } from './request-state.js';

/** As the style sheet has them for statuses. */
const LOOKS: Record<RequestState, string> = {
    pending: 'waiting',
    locked: 'going',
    handled: 'good',
    failed: 'bad',
    skipped: 'off',
};

/** How it is with a request: by word and colour. */
export function RequestBadge({ state }: { state: RequestState }): JSX.Element {
    return (
        <span class={`status ${LOOKS[state]}`}>
            <span class="dot" aria-hidden="true" />
            {state.charAt(0).toUpperCase() + state.slice(1)}
        </span>
    );
}

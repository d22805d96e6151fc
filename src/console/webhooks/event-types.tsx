import { WEBHOOK_EVENT_TYPES } from '../../model/webhook.js';
import type { JSX } from '../preact.js';

/** What is only sent on request. */
const TEST = 'TEST';
const GROUPS = [
    { label: 'Runs', start: 'ACTOR.RUN.' },
    { label: 'Builds', start: 'ACTOR.BUILD.' },
];

/** Which events a webhook tells of. */
export function EventTypes({
    chosen,
    onChange,
}: {
    chosen: readonly string[];
    onChange: (chosen: string[]) => void;
}): JSX.Element {
    const known: readonly string[] = WEBHOOK_EVENT_TYPES;
    const toggle = (type: string): void =>
        onChange(known.filter((other) => chosen.includes(other) !== (other === type)));
    return (
        <>
            {GROUPS.map(({ label, start }) => (
                <div key={label} class="field">
                    <span class="label">{label}</span>
                    <div class="choices" role="group" aria-label={`Events of ${label.toLowerCase()}`}>
                        {known
                            .filter((type) => type !== TEST && type.startsWith(start))
                            .map((type) => (
                                <label class="check" key={type}>
                                    <input
                                        type="checkbox"
                                        checked={chosen.includes(type)}
                                        onChange={() => toggle(type)}
                                    />
                                    <span>{wordOf(type.slice(start.length))}</span>
                                </label>
                            ))}
                    </div>
                </div>
            ))}
        </>
    );
}

function wordOf(type: string): string {
    return type.charAt(0) + type.slice(1).toLowerCase().replace('_', ' ');
}

import { useEffect } from 'preact/hooks';
import { readRecurrence } from '../../scheduler/recurrence.js';
import { messageOf } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { now } from '../state/now.js';
import { formatAgo } from '../ui/format.js';

const PRESETS: readonly (readonly [name: string, expression: string])[] = [
    ['Every 5 minutes', '*/5 * * * *'],
    ['Every hour', '@hourly'],
    ['Every day', '@daily'],
    ['Weekdays at 8', '0 8 * * 1-5'],
    ['Every week', '@weekly'],
    ['Every month', '@monthly'],
];
const SHOWN_TIMES = 5;
const MINUTE_MILLIS = 60_000;

/** Cron expressions that are used often. */
export function CronPresets({ value, onChange }: { value: string; onChange: (expression: string) => void }) {
    return (
        <div class="row" role="group" aria-label="Presets">
            {PRESETS.map(([name, preset]) => (
                <button
                    key={preset}
                    type="button"
                    class="chip"
                    aria-pressed={preset === value}
                    onClick={() => onChange(preset)}
                >
                    {name}
                </button>
            ))}
        </div>
    );
}

/** The next times at which an expression matches. */
export function UpcomingRuns({ expression, timezone }: { expression: string; timezone: string }) {
    const upcoming = useResource(`upcoming ${expression} ${timezone}`, () => nextTimes(expression, timezone));
    const times = upcoming.value ?? [];
    const isDue = times.length > 0 && times[0]! <= now.value;
    useEffect(() => {
        if (isDue) upcoming.reload();
    }, [isDue]);
    if (upcoming.error !== undefined) return <p class="field-trouble">{messageOf(upcoming.error)}</p>;
    return (
        <div>
            <span class="label">Upcoming runs</span>
            <ol class="ticks" aria-label="Upcoming runs">
                {times.map((millis) => {
                    const iso = new Date(millis).toISOString();
                    return (
                        <li key={millis}>
                            <time dateTime={iso}>{inZone(millis, timezone)}</time>
                            <span class="faint">{formatAgo(iso, now.value)}</span>
                        </li>
                    );
                })}
            </ol>
            {upcoming.value?.length === 0 && <p class="faint">This expression never matches</p>}
        </div>
    );
}

/** Returns the next times, by the engine's own reading of the expression. */
async function nextTimes(expression: string, timezone: string): Promise<number[]> {
    const recurrence = await readRecurrence(expression, timezone);
    const times: number[] = [];
    let next = recurrence.next(Date.now());
    while (times.length < SHOWN_TIMES && next !== undefined) {
        times.push(next);
        next = recurrence.next(next);
    }
    return times;
}

function inZone(millis: number, timeZone: string): string {
    return new Intl.DateTimeFormat('en-GB', {
        timeZone,
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        ...(millis % MINUTE_MILLIS !== 0 && { second: '2-digit' }),
        timeZoneName: 'short',
    }).format(millis);
}

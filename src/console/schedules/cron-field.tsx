import { useEffect, useState } from 'preact/hooks';
import { readRecurrence } from '../../scheduler/recurrence.js';
import { messageOf } from '../api/api.js';
import { now } from '../state/now.js';
import { TextField } from '../ui/fields.js';
import { formatAgo } from '../ui/format.js';
import { cronWords } from './cron-words.js';

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

interface CronFieldProps {
    readonly expression: string;
    readonly timezone: string;
    readonly onChange: (expression: string) => void;
}

/** The times of a schedule: the cron expression, its description, and the upcoming runs. */
export function CronField({ expression, timezone, onChange }: CronFieldProps) {
    const { words, trouble } = describeCron(expression);
    const about = words && <strong>{words}</strong>;
    return (
        <>
            <TextField
                label="Cron"
                value={expression}
                onChange={onChange}
                isRequired
                placeholder="0 8 * * 1-5"
                trouble={trouble}
                about={about ?? 'Minute, hour, day of the month, month, day of the week; or an alias such as @daily.'}
            />
            <div class="row" role="group" aria-label="Presets">
                {PRESETS.map(([name, preset]) => (
                    <button
                        key={preset}
                        type="button"
                        class="chip"
                        aria-pressed={preset === expression}
                        onClick={() => onChange(preset)}
                    >
                        {name}
                    </button>
                ))}
            </div>
            {words && <UpcomingRuns expression={expression} timezone={timezone} />}
        </>
    );
}

/** Returns a cron expression in words, or why it is invalid. */
export function describeCron(expression: string): { words?: string; trouble?: string } {
    try {
        return { words: cronWords(expression) };
    } catch (error) {
        return { trouble: messageOf(error) };
    }
}

interface Times {
    readonly times: readonly number[];
    readonly trouble?: string;
}

function UpcomingRuns({ expression, timezone }: { expression: string; timezone: string }) {
    const [{ times, trouble }, setTimes] = useState<Times>({ times: [] });
    const isDue = (times[0] ?? 0) <= now.value;
    useEffect(() => {
        let isCurrent = true;
        const show = (next: Times): void => {
            if (isCurrent) setTimes(next);
        };
        void nextTimes(expression, timezone).then(show);
        return () => {
            isCurrent = false;
        };
    }, [expression, timezone, isDue]);
    if (trouble !== undefined) return <p class="field-trouble">{trouble}</p>;
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
            {times.length === 0 && <p class="faint">This expression never matches</p>}
        </div>
    );
}

/** Returns the next times, by the engine's own reading of the expression. */
async function nextTimes(expression: string, timezone: string): Promise<Times> {
    try {
        const recurrence = await readRecurrence(expression, timezone);
        const times: number[] = [];
        let next = recurrence.next(Date.now());
        while (times.length < SHOWN_TIMES && next !== undefined) {
            times.push(next);
            next = recurrence.next(next);
        }
        return { times };
    } catch (error) {
        return { times: [], trouble: messageOf(error) };
    }
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

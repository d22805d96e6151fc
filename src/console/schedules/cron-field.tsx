import { useEffect, useState } from 'preact/hooks';
import { messageOf } from '../api/api.js';
import { cronWords } from './cron-words.js';
import { now } from '../state/now.js';
import { TextField } from '../ui/fields.js';
import { formatAgo } from '../ui/format.js';
import { readRecurrence } from '../../scheduler/recurrence.js';

const PRESETS: readonly (readonly [name: string, expression: string])[] = [
    ['Every 5 minutes', '*/5 * * * *'],
    ['Every hour', '@hourly'],
    ['Every day', '@daily'],
    ['Weekdays at 8', '0 8 * * 1-5'],
    ['Every week', '@weekly'],
    ['Every month', '@monthly'],
];
const SHOWN_TICKS = 5;
const MINUTE_MILLIS = 60_000;

/** When a schedule fires: the expression, what it says in words, and when that is next. */
export function CronField({
    expression,
    timezone,
    onChange,
}: {
    expression: string;
    timezone: string;
    onChange: (expression: string) => void;
}) {
    const reading = readWords(expression);
    return (
        <>
            <TextField
                label="When"
                value={expression}
                onChange={onChange}
                isRequired
                placeholder="0 8 * * 1-5"
                trouble={reading.trouble}
                about={
                    reading.words ? (
                        <strong>{reading.words}</strong>
                    ) : (
                        'Minute, hour, day of the month, month, day of the week; or an alias such as @daily.'
                    )
                }
            />
            <div class="row" role="group" aria-label="Usual times">
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
            {reading.words && <Ticks expression={expression} timezone={timezone} />}
        </>
    );
}

function readWords(expression: string): { words?: string; trouble?: string } {
    try {
        return { words: cronWords(expression) };
    } catch (error) {
        return { trouble: messageOf(error) };
    }
}

function Ticks({ expression, timezone }: { expression: string; timezone: string }) {
    const [result, setResult] = useState<{ ticks: number[]; trouble?: string }>({ ticks: [] });
    const [first = 0] = result.ticks;
    const isDue = first <= now.value;
    useEffect(() => {
        let isCurrent = true;
        const show = (next: { ticks: number[]; trouble?: string }): void => {
            if (isCurrent) setResult(next);
        };
        nextTicks(expression, timezone, { count: SHOWN_TICKS, afterMillis: Date.now() }).then(
            (ticks) => show({ ticks }),
            (error: unknown) => show({ ticks: [], trouble: messageOf(error) }),
        );
        return () => {
            isCurrent = false;
        };
    }, [expression, timezone, isDue]);
    if (result.trouble !== undefined) return <p class="field-trouble">{result.trouble}</p>;
    return (
        <div>
            <span class="label">Next times</span>
            <ol class="ticks" aria-label="Next times">
                {result.ticks.map((tick) => (
                    <li key={tick}>
                        <time dateTime={new Date(tick).toISOString()}>{inZone(tick, timezone)}</time>
                        <span class="faint">{formatAgo(new Date(tick).toISOString(), now.value)}</span>
                    </li>
                ))}
            </ol>
            {result.ticks.length === 0 && <p class="faint">It never comes true.</p>}
        </div>
    );
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

/** The next times, in milliseconds since the epoch, by the engine's own reading of the expression. @throws as that does. */
export async function nextTicks(
    expression: string,
    timezone: string,
    { count, afterMillis }: { count: number; afterMillis: number },
): Promise<number[]> {
    const recurrence = await readRecurrence(expression, timezone);
    const ticks: number[] = [];
    let after: number | undefined = afterMillis;
    while (ticks.length < count && after !== undefined) {
        after = recurrence.next(after);
        if (after !== undefined) ticks.push(after);
    }
    return ticks;
}

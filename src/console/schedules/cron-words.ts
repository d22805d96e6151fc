import { readCronExpression } from '../../scheduler/cron-expression.js';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
];
/** More times of the day than that nobody reads. */
const MOST_TIMES = 6;

/** Which numbers a field of a cron expression names; undefined where it is all of them. */
type Numbers = readonly number[] | undefined;

/**
 * Says in words when a cron expression comes true: `At 07:30, on Monday to Friday`.
 *
 * @throws EngineError `cron-expression-invalid`, which says what is wrong with it.
 */
export function cronWords(expression: string): string {
    const fields = readCronExpression(expression).pattern.split(' ').map(numbersOf);
    const [seconds, minutes, hours, days, months, weekdays] = fields;
    const parts = [
        timeWords({ seconds, minutes, hours }),
        dayWords(days, weekdays),
        months && `in ${list(ranges(months, (month) => MONTHS[month - 1]!))}`,
    ];
    const text = parts.filter(Boolean).join(', ');
    return text.charAt(0).toUpperCase() + text.slice(1);
}

function numbersOf(field: string): Numbers {
    return field === '*' ? undefined : field.split(',').map(Number);
}

function timeWords({ seconds, minutes, hours }: Record<'seconds' | 'minutes' | 'hours', Numbers>): string {
    if (!isOnlyZero(seconds)) {
        const which = seconds === undefined ? 'every second' : everyOrAt(seconds, 60, 'second');
        return minutes === undefined && hours === undefined ? which : `${which} of ${within(minutes, hours)}`;
    }
    if (minutes && hours && minutes.length * hours.length <= MOST_TIMES) {
        const times = hours.flatMap((hour) => minutes.map((minute) => `${pad(hour)}:${pad(minute)}`));
        return `at ${list(times)}`;
    }
    return minuteWords(minutes, hours);
}

function minuteWords(minutes: Numbers, hours: Numbers): string {
    if (hours === undefined && isOnlyZero(minutes)) return 'every hour';
    const which = minutes === undefined ? 'every minute' : everyOrAt(minutes, 60, 'minute');
    if (hours === undefined) return minutes && stepOf(minutes, 60) === undefined ? `${which} of every hour` : which;
    return `${which} of ${within(undefined, hours)}`;
}

function isOnlyZero(numbers: Numbers): boolean {
    return numbers?.length === 1 && numbers[0] === 0;
}

function within(minutes: Numbers, hours: Numbers): string {
    const ofMinutes = minutes && `minute ${list(ranges(minutes, String))}`;
    const step = hours && stepOf(hours, 24);
    const ofHours = hours && (step ? `every ${ordinal(step)} hour` : `hour ${list(ranges(hours, String))}`);
    return [ofMinutes, ofHours].filter(Boolean).join(' of ');
}

/** `every 5 minutes`, or `at minute 3 and 20`. */
function everyOrAt(numbers: readonly number[], size: number, unit: string): string {
    const step = stepOf(numbers, size);
    return step === undefined ? `at ${unit} ${list(ranges(numbers, String))}` : `every ${step} ${unit}s`;
}

/** The step of numbers that go through all of a field evenly, from 0 on. */
function stepOf(numbers: readonly number[], size: number): number | undefined {
    const step = numbers[1];
    if (numbers[0] !== 0 || step === undefined || size % step !== 0 || numbers.length !== size / step) return undefined;
    return numbers.every((number, index) => number === index * step) ? step : undefined;
}

/** Where both days are named, either will do. */
function dayWords(days: Numbers, weekdays: Numbers): string | undefined {
    const ofMonth = days && `on day ${list(ranges(days, String))} of the month`;
    const ofWeek = weekdays && `on ${list(ranges(weekdays, (day) => DAYS[day]!))}`;
    if (ofMonth && ofWeek) return `${ofMonth}, and ${ofWeek}`;
    return ofMonth ?? ofWeek;
}

/** Three or more numbers in a row are told by the first and the last. */
function ranges(numbers: readonly number[], name: (number: number) => string): string[] {
    const told: string[] = [];
    for (let start = 0; start < numbers.length;) {
        let end = start;
        while (numbers[end + 1] === numbers[end]! + 1) end += 1;
        if (end - start >= 2) told.push(`${name(numbers[start]!)} to ${name(numbers[end]!)}`);
        else for (const number of numbers.slice(start, end + 1)) told.push(name(number));
        start = end + 1;
    }
    return told;
}

function list(words: readonly string[]): string {
    return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function pad(number: number): string {
    return String(number).padStart(2, '0');
}

function ordinal(number: number): string {
    const endings: Record<number, string> = { 1: 'st', 2: 'nd', 3: 'rd' };
    return `${number}${endings[number] ?? 'th'}`;
}

import { EngineError } from '../errors/engine-error.js';
import { show, didYouMean } from '../util/check.js';

/** A cron expression that has been read: which seconds, minutes and so on it names. */
export interface CronExpression {
    /** Six fields, each a list of numbers, or `*` where it was `*`. */
    pattern: string;
    /** Whether it comes true in each hour. */
    isHourly: boolean;
}

/** One of the fields, and what it can hold. */
interface CronField {
    name: string;
    min: number;
    max: number;
    /** Words for the numbers from `min` on. */
    words?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** Sunday is 0 and 7. */
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const SUNDAY_TOO = 7;
const WORD_LENGTH = 3;
const DAYS_FIELD: CronField = { name: 'day of the week', min: 0, max: SUNDAY_TOO, words: DAYS };

const HOUR_FIELD: CronField = { name: 'hour', min: 0, max: 23 };
const HOURS_OF_A_DAY = 24;

const FIELDS: readonly CronField[] = [
    { name: 'second', min: 0, max: 59 },
    { name: 'minute', min: 0, max: 59 },
    HOUR_FIELD,
    { name: 'day of the month', min: 1, max: 31 },
    { name: 'month', min: 1, max: 12, words: MONTHS },
    DAYS_FIELD,
];

/** The aliases that the platform's docs of schedules name. */
const ALIASES = new Map([
    ['@yearly', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * 0'],
    ['@daily', '0 0 * * *'],
    ['@hourly', '0 * * * *'],
]);
/** What others call the same. */
const OTHER_ALIASES = new Map([
    ['@annually', '@yearly'],
    ['@midnight', '@daily'],
]);

const ANY = /^\*(?:\/1)?$/;
const ITEM = /^(?:(\*)|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d+))?$/i;

/**
 * Reads a cron expression: five fields, or six with the seconds first, of numbers, names of months and days, `*`, `a,b`,
 * `a-b` and `/step`; or one of the platform's aliases.
 *
 * @throws EngineError `cron-expression-invalid`, which names the field and what is wrong with it.
 */
export function parseCronExpression(expression: unknown): CronExpression {
    if (typeof expression !== 'string') throw refused(expression, 'must be a text, such as `0 12 * * *`.');
    const text = expression.trim();
    const fields = (text.startsWith('@') ? resolveAlias(expression, text) : text).split(/\s+/);
    if (fields.length === 5) fields.unshift('0');
    if (fields.length !== 6) {
        const count = text === '' ? 'no fields' : `${fields.length} field${fields.length === 1 ? '' : 's'}`;
        throw refused(
            expression,
            `has ${count}, but must have five: minute, hour, day of the month, month and day of the week; or six, with the second before them.`,
        );
    }
    const lists = FIELDS.map((field, index) => readField(expression, field, fields[index]!));
    return {
        pattern: lists.map((numbers, index) => (ANY.test(fields[index]!) ? '*' : numbers.join(','))).join(' '),
        isHourly: lists[FIELDS.indexOf(HOUR_FIELD)]!.length === HOURS_OF_A_DAY,
    };
}

function resolveAlias(expression: string, alias: string): string {
    const fields = ALIASES.get(alias);
    if (fields !== undefined) return fields;
    const same = OTHER_ALIASES.get(alias);
    const known = [...ALIASES.keys()];
    const hint = same === undefined ? didYouMean(alias, known) : ` Use \`${same}\`.`;
    throw refused(expression, `is no alias.${hint} There are: ${known.join(', ')}.`);
}

/** The numbers that a field names, smallest first. */
function readField(expression: string, field: CronField, text: string): number[] {
    const numbers = new Set(text.split(',').flatMap((item) => readItem(expression, field, item)));
    if (field === DAYS_FIELD && numbers.delete(SUNDAY_TOO)) numbers.add(0);
    return [...numbers].toSorted((a, b) => a - b);
}

function readItem(expression: string, field: CronField, item: string): number[] {
    const match = ITEM.exec(item);
    if (match === null) {
        const what = item === '' ? 'an empty part' : show(item);
        const remedy = 'Write numbers, `*`, lists `a,b`, ranges `a-b` and steps `*/n`.';
        throw refused(
            expression,
            `has ${what} in its ${field.name}, which is no part of a cron expression here. ${remedy}`,
        );
    }
    const [, star, first, last, stepText] = match;
    const from = star ? field.min : readNumber(expression, field, first!);
    const isOpen = star !== undefined || stepText !== undefined;
    const to = last === undefined ? (isOpen ? endOf(field) : from) : readNumber(expression, field, last, from);
    const step = Number(stepText ?? 1);
    if (from > to) throw refused(expression, `has '${item}' in its ${field.name}, which ends before it begins.`);
    if (step < 1 || step > field.max) {
        throw refused(
            expression,
            `has the step ${step} in its ${field.name}, but a step there is from 1 to ${field.max}.`,
        );
    }
    return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** Where `5/10` ends: not at 7 as well, which is Sunday once more. */
function endOf(field: CronField): number {
    return field === DAYS_FIELD ? SUNDAY_TOO - 1 : field.max;
}

/** @param from - The start of the range of which this is the end: `MON-SUN` is a whole week. */
function readNumber(expression: string, field: CronField, text: string, from = 0): number {
    const { name, min, max, words = [] } = field;
    const index = words.indexOf(text.toUpperCase());
    const number = index !== -1 ? min + index : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (field === DAYS_FIELD && number === 0 && from > 0) return SUNDAY_TOO;
    if (number >= min && number <= max) return number;
    const names = words.length > 0 ? `, or one of ${words.join(', ')}` : '';
    const hint = didYouMean(text.slice(0, WORD_LENGTH), words);
    throw refused(
        expression,
        `has '${text}' in its ${name}, but that is a number from ${min} to ${max}${names}.${hint}`,
    );
}

function refused(expression: unknown, problem: string): EngineError {
    return new EngineError('cron-expression-invalid', `The cron expression ${show(expression)} ${problem}`, {
        details: { cronExpression: expression },
    });
}

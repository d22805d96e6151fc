import { EngineError } from '../errors/engine-error.js';
import { show, didYouMean } from '../util/check.js';

/** A parsed cron expression. */
export interface CronExpression {
    /** Six fields, beginning with the second. Each is a list of numbers, or `*` if the expression has `*` there. */
    pattern: string;
    /** True if the expression matches in every hour. */
    isHourly: boolean;
}

/** A field of cron expressions, with its range. */
interface CronField {
    name: string;
    min: number;
    max: number;
    /** Names for the numbers from `min` on. */
    words?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** Sunday is both 0 and 7. */
const SUNDAY_ALIAS = 7;
const WORD_LENGTH = 3;
const DAYS_FIELD: CronField = { name: 'day of the week', min: 0, max: SUNDAY_ALIAS, words: DAYS };

const HOUR_FIELD: CronField = { name: 'hour', min: 0, max: 23 };
const HOURS_PER_DAY = 24;

const FIELDS: readonly CronField[] = [
    { name: 'second', min: 0, max: 59 },
    { name: 'minute', min: 0, max: 59 },
    HOUR_FIELD,
    { name: 'day of the month', min: 1, max: 31 },
    { name: 'month', min: 1, max: 12, words: MONTHS },
    DAYS_FIELD,
];

/** The aliases in the platform's docs of schedules. */
const ALIASES = new Map([
    ['@yearly', '0 0 1 1 *'],
    ['@monthly', '0 0 1 * *'],
    ['@weekly', '0 0 * * 0'],
    ['@daily', '0 0 * * *'],
    ['@hourly', '0 * * * *'],
]);
/** Aliases of other implementations. They are rejected with a hint. */
const OTHER_ALIASES = new Map([
    ['@annually', '@yearly'],
    ['@midnight', '@daily'],
]);

const ANY = /^\*(?:\/1)?$/;
const ITEM = /^(?:(\*)|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d+))?$/i;

/**
 * Parses a cron expression: five fields, or six with the second first, of numbers, names of months and days, `*`, `a,b`, `a-b` and
 * `/step`; or one of the platform's aliases.
 *
 * @throws EngineError `cron-expression-invalid`, with the field and the problem.
 */
export function parseCronExpression(expression: unknown): CronExpression {
    if (typeof expression !== 'string') throw createError(expression, 'must be a string, such as `0 12 * * *`.');
    const text = expression.trim();
    const fields = (text.startsWith('@') ? resolveAlias(expression, text) : text).split(/\s+/);
    if (fields.length === 5) fields.unshift('0');
    if (fields.length !== 6) {
        const count = text === '' ? 'no fields' : `${fields.length} field${fields.length === 1 ? '' : 's'}`;
        throw createError(
            expression,
            `has ${count}, but must have five (minute, hour, day of the month, month and day of the week), or six with the second first.`,
        );
    }
    const lists = FIELDS.map((field, index) => parseField(expression, field, fields[index]!));
    return {
        pattern: lists.map((numbers, index) => (ANY.test(fields[index]!) ? '*' : numbers.join(','))).join(' '),
        isHourly: lists[FIELDS.indexOf(HOUR_FIELD)]!.length === HOURS_PER_DAY,
    };
}

function resolveAlias(expression: string, alias: string): string {
    const fields = ALIASES.get(alias);
    if (fields !== undefined) return fields;
    const equivalent = OTHER_ALIASES.get(alias);
    const known = [...ALIASES.keys()];
    const hint = equivalent === undefined ? didYouMean(alias, known) : ` Use \`${equivalent}\`.`;
    throw createError(expression, `is not a known alias.${hint} Known aliases: ${known.join(', ')}.`);
}

/** Returns the numbers that a field matches, in ascending order. */
function parseField(expression: string, field: CronField, text: string): number[] {
    const numbers = new Set(text.split(',').flatMap((item) => parseItem(expression, field, item)));
    if (field === DAYS_FIELD && numbers.delete(SUNDAY_ALIAS)) numbers.add(0);
    return [...numbers].toSorted((a, b) => a - b);
}

function parseItem(expression: string, field: CronField, item: string): number[] {
    const match = ITEM.exec(item);
    if (match === null) {
        const found = item === '' ? 'an empty part' : show(item);
        const remedy = 'Use numbers, `*`, lists `a,b`, ranges `a-b` and steps `*/n`.';
        throw createError(expression, `has ${found} in its ${field.name}, which is not supported. ${remedy}`);
    }
    const [, star, first, last, stepText] = match;
    const from = star ? field.min : parseNumber(expression, field, first!);
    const isOpen = star !== undefined || stepText !== undefined;
    const to = last === undefined ? (isOpen ? endOf(field) : from) : parseNumber(expression, field, last, from);
    const step = Number(stepText ?? 1);
    if (from > to) {
        throw createError(expression, `has the range '${item}' in its ${field.name}, which ends before it begins.`);
    }
    if (step < 1 || step > field.max) {
        throw createError(
            expression,
            `has the step ${step} in its ${field.name}, but a step must be from 1 to ${field.max}.`,
        );
    }
    return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

/** Returns the end of an open range, such as `5/10`. For days of the week it is 6, since 7 is Sunday again. */
function endOf(field: CronField): number {
    return field === DAYS_FIELD ? SUNDAY_ALIAS - 1 : field.max;
}

/**
 * Parses a number or name.
 *
 * @param from - If the number is the end of a range, its start: `MON-SUN` is a whole week, so Sunday is 7 there.
 */
function parseNumber(expression: string, field: CronField, text: string, from = 0): number {
    const { name, min, max, words = [] } = field;
    const index = words.indexOf(text.toUpperCase());
    const number = index !== -1 ? min + index : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (field === DAYS_FIELD && number === 0 && from > 0) return SUNDAY_ALIAS;
    if (number >= min && number <= max) return number;
    const names = words.length > 0 ? `, or one of ${words.join(', ')}` : '';
    const hint = didYouMean(text.slice(0, WORD_LENGTH), words);
    throw createError(
        expression,
        `has '${text}' in its ${name}, but it must be a number from ${min} to ${max}${names}.${hint}`,
    );
}

function createError(expression: unknown, problem: string): EngineError {
    return new EngineError('cron-expression-invalid', `The cron expression ${show(expression)} ${problem}`, {
        details: { cronExpression: expression },
    });
}

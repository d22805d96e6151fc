import { createContext, Script, type Context } from 'node:vm';

/** Ends work within {@link withRegExpTimeout}: the work must let it through. */
export class RegExpTimeoutError extends Error {}

/** A test did not end in time. */
export class SlowRegExpError extends RegExpTimeoutError {
    constructor(name: string) {
        super(`${name} is too much work to test`);
    }
}

/** The work reached its first test, and is to be started again under a deadline. */
class NeedsDeadline extends RegExpTimeoutError {}

interface GuardedTest {
    /** How a message names it. */
    name: string;
    test(text: string): boolean;
}

/** Time for all tests of one piece of work. A simple expression needs a third of it for the longest possible text. */
const BUDGET_MILLIS = 60;
/** The first deadline, somewhat later than the end of the budget. */
const DEADLINE_MILLIS = 65;

/** Length of a pattern times its options: V8 prepares larger ones for too long, and nothing can interrupt that. */
const MAX_SIZE = 500_000;
/** V8 prepares itself for each combination of options side by side; other options cost little. */
const MAX_ADJACENT_OPTIONS = 16;
/** A class or a character by its escape. */
const ATOM = /\\[pPuk][{<][^}>]*[}>]|\\.|\[(?:\\.|[^\]\\])*\]/gsu;
const GROUP_START = /\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/gu;
const UP_TO = /\{0,\d*\}/g;
const ADJACENT_OPTIONS = new RegExp(`(?:[^?*+{}|][?*|]\\??){${MAX_ADJACENT_OPTIONS + 1}}`, 'su');

/** The time that tests have taken in the present work; `probing` until the work reaches its first test. */
let account: Times | 'probing' | undefined;

/**
 * Does work that tests regular expressions of users on texts of users, without letting catastrophic backtracking (`^(a+)+$`)
 * block the thread.
 *
 * Work that reaches a test is started again with a deadline, at which V8 stops whatever it does, also within an expression. So
 * the work must change nothing that it cannot change again.
 *
 * @throws SlowPattern
 */
export function withRegExpTimeout<T>(work: () => T): T {
    try {
        return withAccount('probing', work);
    } catch (error) {
        if (!(error instanceof NeedsDeadline)) throw error;
    }
    // The deadline is for expressions only: if other work took the time, all of it starts again with twice the time.
    for (let deadlineMillis = DEADLINE_MILLIS; ; deadlineMillis *= 2) {
        const times = new Times();
        try {
            return withAccount(times, () => callWithDeadline(work, deadlineMillis));
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
            times.throwIfSpent();
        }
    }
}

/**
 * A regular expression for {@link withRegExpTimeout}, with the same meaning.
 *
 * @throws Error for a pattern that is not valid, or too complex for V8.
 */
export function regExpWithTimeout(pattern: string, flags: string): RegExp {
    const regExp = new RegExp(pattern, flags);
    assertPreparable(pattern);
    const find = regExp.test.bind(regExp);
    const name = `the pattern \`${pattern}\``;
    const test = (text: string): boolean => {
        try {
            return find(text);
        } catch (error) {
            // It has more to remember than there is room for.
            throw error instanceof RangeError ? new SlowRegExpError(name) : error;
        }
    };
    return Object.defineProperty(regExp, 'test', { value: testWithTimeout({ name, test }) });
}

/** Any other test of texts, for {@link withRegExpTimeout}. */
export function testWithTimeout(guarded: GuardedTest): (text: string) => boolean {
    return (text) => {
        if (account === 'probing') throw new NeedsDeadline();
        return account ? account.test(guarded, text) : guarded.test(text);
    };
}

function assertPreparable(pattern: string): void {
    const plain = pattern.replace(ATOM, 'a').replace(GROUP_START, '(');
    const options = plain.match(/[*?{]/g)?.length ?? 0;
    // V8 writes out a few repetitions.
    const flat = plain.replace(UP_TO, '?a?a?').replace(/[()]/g, '');
    if (pattern.length * options <= MAX_SIZE && !ADJACENT_OPTIONS.test(flat)) return;
    const shown = pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern;
    throw new Error(`the pattern \`${shown}\` is too complex: use fewer parts that are optional`);
}

class Times {
    #millis = 0;
    #last = '';
    #since: number | undefined;

    test(guarded: GuardedTest, text: string): boolean {
        this.#last = guarded.name;
        this.#since = performance.now();
        const isMatch = guarded.test(text);
        this.#millis += performance.now() - this.#since;
        this.#since = undefined;
        this.throwIfSpent();
        return isMatch;
    }

    throwIfSpent(): void {
        const current = this.#since === undefined ? 0 : performance.now() - this.#since;
        if (this.#millis + current > BUDGET_MILLIS) throw new SlowRegExpError(this.#last);
    }
}

function withAccount<T>(opened: NonNullable<typeof account>, work: () => T): T {
    account = opened;
    try {
        return work();
    } finally {
        account = undefined;
    }
}

let callWork: Script | undefined;
let context: Context | undefined;

/** Only scripts can have a deadline; this one does nothing but call. */
function callWithDeadline<T>(work: () => T, millis: number): T {
    callWork ??= new Script('work()');
    context ??= createContext(Object.create(null) as Context);
    context['work'] = work;
    try {
        return callWork.runInContext(context, { timeout: Math.ceil(millis) }) as T;
    } finally {
        delete context['work'];
    }
}

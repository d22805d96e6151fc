import { createContext, Script, type Context } from 'node:vm';

/** Stops work within {@link withRegExpTimeout}. The work must not catch it. */
export class RegExpTimeoutError extends Error {}

/** A test exceeded the time budget. */
export class SlowRegExpError extends RegExpTimeoutError {
    constructor(name: string) {
        super(`${name} takes too long to test`);
    }
}

/** The work reached its first test and must restart under a deadline. */
class NeedsDeadline extends RegExpTimeoutError {}

interface GuardedTest {
    /** The test in messages, as "the pattern `a+`". */
    name: string;
    test(text: string): boolean;
}

/** Time budget of all tests of one call. A simple expression needs a third of it for the longest possible text. */
const BUDGET_MILLIS = 60;
/** The first deadline, slightly longer than the budget. */
const DEADLINE_MILLIS = 65;

/**
 * Maximum length of a pattern times its optional parts. V8 compiles larger patterns for too long, and a compilation cannot be
 * interrupted.
 */
const MAX_SIZE = 500_000;
/** V8 compiles every combination of adjacent optional parts; other optional parts cost little. */
const MAX_ADJACENT_OPTIONALS = 16;
/** An escape or a character class. */
const ATOM = /\\[pPuk][{<][^}>]*[}>]|\\.|\[(?:\\.|[^\]\\])*\]/gsu;
const GROUP_START = /\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/gu;
const UP_TO = /\{0,\d*\}/g;
const ADJACENT_OPTIONALS = new RegExp(`(?:[^?*+{}|][?*|]\\??){${MAX_ADJACENT_OPTIONALS + 1}}`, 'su');

/** The time budget of the current work; `probing` until the work reaches its first test. */
let budget: TimeBudget | 'probing' | undefined;

/**
 * Runs work that tests regular expressions of users, and stops it if catastrophic backtracking (`^(a+)+$`) would block the
 * thread.
 *
 * Work that reaches a test restarts under a deadline, at which V8 interrupts it even within an expression. The work must
 * therefore be repeatable.
 *
 * @throws SlowRegExpError if the tests exceed the time budget.
 */
export function withRegExpTimeout<T>(work: () => T): T {
    try {
        return withBudget('probing', work);
    } catch (error) {
        if (!(error instanceof NeedsDeadline)) throw error;
    }
    // The deadline limits expressions only: if other work took the time, everything restarts with twice the time.
    for (let deadlineMillis = DEADLINE_MILLIS; ; deadlineMillis *= 2) {
        const current = new TimeBudget();
        try {
            return withBudget(current, () => callWithDeadline(work, deadlineMillis));
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
            current.throwIfSpent();
        }
    }
}

/**
 * Creates a regular expression whose `test()` respects the deadline of {@link withRegExpTimeout}.
 *
 * @throws Error for an invalid pattern, or one that is too complex for V8.
 */
export function regExpWithTimeout(pattern: string, flags: string): RegExp {
    const regExp = new RegExp(pattern, flags);
    assertCompilable(pattern);
    const testUnguarded = regExp.test.bind(regExp);
    const name = `the pattern \`${pattern}\``;
    const test = (text: string): boolean => {
        try {
            return testUnguarded(text);
        } catch (error) {
            // V8's stack of backtracking positions is full.
            throw error instanceof RangeError ? new SlowRegExpError(name) : error;
        }
    };
    return Object.defineProperty(regExp, 'test', { value: testWithTimeout({ name, test }) });
}

/** Creates a test that respects the deadline of {@link withRegExpTimeout}. */
export function testWithTimeout(guarded: GuardedTest): (text: string) => boolean {
    return (text) => {
        if (budget === 'probing') throw new NeedsDeadline();
        return budget ? budget.test(guarded, text) : guarded.test(text);
    };
}

function assertCompilable(pattern: string): void {
    const plain = pattern.replace(ATOM, 'a').replace(GROUP_START, '(');
    const optionalCount = plain.match(/[*?{]/g)?.length ?? 0;
    // V8 unrolls bounded repetitions.
    const flat = plain.replace(UP_TO, '?a?a?').replace(/[()]/g, '');
    if (pattern.length * optionalCount <= MAX_SIZE && !ADJACENT_OPTIONALS.test(flat)) return;
    const shown = pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern;
    throw new Error(`the pattern \`${shown}\` is too complex: use fewer optional parts`);
}

class TimeBudget {
    #spentMillis = 0;
    #lastName = '';
    /** When the running test started. */
    #startedAt: number | undefined;

    test(guarded: GuardedTest, text: string): boolean {
        this.#lastName = guarded.name;
        this.#startedAt = performance.now();
        const isMatch = guarded.test(text);
        this.#spentMillis += performance.now() - this.#startedAt;
        this.#startedAt = undefined;
        this.throwIfSpent();
        return isMatch;
    }

    throwIfSpent(): void {
        const runningMillis = this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt;
        if (this.#spentMillis + runningMillis > BUDGET_MILLIS) throw new SlowRegExpError(this.#lastName);
    }
}

function withBudget<T>(current: NonNullable<typeof budget>, work: () => T): T {
    budget = current;
    try {
        return work();
    } finally {
        budget = undefined;
    }
}

let callWork: Script | undefined;
let context: Context | undefined;

/** Calls the work from a script, because V8 supports deadlines for scripts only. */
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

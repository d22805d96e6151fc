import { createContext, Script, type Context } from 'node:vm';
import { degreeOf } from './pattern-degree.js';

/** Ends work within {@link guardPatterns}, and must get there. */
export class PatternGuardError extends Error {}

/** What is tested came to no answer in the time there is for it. */
export class SlowPattern extends PatternGuardError {
    constructor(name: string) {
        super(`${name} is too much work to test`);
    }
}

/** Reached when what is to be tested might take long, by its looks. */
class NeedsDeadline extends PatternGuardError {}

/** Keeps an account of the tests in a piece of work. */
interface Account {
    test(pattern: GuardedTest, text: string): boolean;
}

interface GuardedTest {
    /** As of {@link degreeOf}. */
    degree: number;
    /** As a message names it. */
    name: string;
    test(text: string): boolean;
}

/** So many steps are done in some milliseconds, whatever they are. */
const FREE_STEPS = 2_000_000;
/** What all tests together may take. A simple expression needs a third of it for the longest text that there can be. */
const BUDGET_MILLIS = 60;
/** The first deadline, somewhat later than the end of the budget. */
const DEADLINE_MILLIS = 65;

let account: Account | undefined;

/**
 * Does work that tests regular expressions which anybody may have written, on texts that anybody may have sent, and does
 * not let them hold up the thread: expressions of JavaScript can take longer than the world lasts (`^(a+)+$`).
 *
 * What looks harmless is simply done, as nearly all is. Else the work is begun anew with a deadline, at which V8 gives up
 * whatever it is doing, also within an expression. So it must change nothing that it cannot change again.
 *
 * @throws SlowPattern
 */
export function guardPatterns<T>(work: () => T): T {
    try {
        return withAccount(new Estimate(), work);
    } catch (error) {
        if (!(error instanceof NeedsDeadline)) throw error;
    }
    // Only expressions are to be held to it: where other work was under way, there is twice the time for all of it.
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
 * A regular expression for {@link guardPatterns}: it means just what it means without.
 *
 * @throws Error for a pattern that is none, or that is too much for V8.
 */
export function guardedRegExp(pattern: string, flags: string): RegExp {
    const regExp = new RegExp(pattern, flags);
    const degree = degreeOf(pattern);
    const find = regExp.test.bind(regExp);
    const name = `the pattern \`${pattern}\``;
    const test = (text: string): boolean => {
        try {
            return find(text);
        } catch (error) {
            // It has more to remember than there is room for.
            throw error instanceof RangeError ? new SlowPattern(name) : error;
        }
    };
    return Object.defineProperty(regExp, 'test', { value: guardTest({ name, degree, test }) });
}

/** Any other test of texts, for {@link guardPatterns}. */
export function guardTest(guarded: GuardedTest): (text: string) => boolean {
    return (text) => (account ? account.test(guarded, text) : guarded.test(text));
}

class Estimate implements Account {
    #steps = 0;

    test(guarded: GuardedTest, text: string): boolean {
        this.#steps += Math.max(2, text.length) ** guarded.degree;
        if (this.#steps > FREE_STEPS) throw new NeedsDeadline();
        return guarded.test(text);
    }
}

class Times implements Account {
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
        const underWay = this.#since === undefined ? 0 : performance.now() - this.#since;
        if (this.#millis + underWay > BUDGET_MILLIS) throw new SlowPattern(this.#last);
    }
}

function withAccount<T>(opened: Account, work: () => T): T {
    account = opened;
    try {
        return work();
    } finally {
        account = undefined;
    }
}

let callWork: Script | undefined;
let context: Context | undefined;

/** A deadline is only there for scripts; this one does nothing but call. */
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

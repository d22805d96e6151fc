import { areEqual, isTrue, MEMORY_FUNCTIONS, numberOf, ownProperty } from './memory-functions.js';
import { tokensOf, type Token } from './memory-expression-tokens.js';

/** The variables of an expression. */
export type Scope = Map<string, unknown>;
/** A part of an expression, ready to be worked out. */
export type Term = (scope: Scope) => unknown;

const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
    ['true', true],
    ['false', false],
    ['null', null],
    ['undefined', undefined],
]);
const COMPARE: ReadonlyMap<string, (a: unknown, b: unknown) => boolean> = new Map([
    ['==', areEqual],
    ['!=', (a: unknown, b: unknown) => !areEqual(a, b)],
    ['<', (a: unknown, b: unknown) => numberOf(a) < numberOf(b)],
    ['<=', (a: unknown, b: unknown) => numberOf(a) <= numberOf(b)],
    ['>', (a: unknown, b: unknown) => numberOf(a) > numberOf(b)],
    ['>=', (a: unknown, b: unknown) => numberOf(a) >= numberOf(b)],
]);
const SEPARATORS = [';', '\n'];
/** Levels of brackets, conditions and signs; the stack ends at some hundreds. */
const MAX_DEPTH = 100;

/**
 * Reads the expressions that `defaultMemoryMbytes` may be: arithmetic, comparisons, conditions, variables and a few
 * functions, with the precedence that MathJS gives them, whose language the platform's is a part of.
 */
export class MemoryExpressionParser {
    readonly #tokens: readonly Token[];
    #next = 0;
    #depth = 0;

    /** @throws Error for a character that belongs nowhere. */
    constructor(expression: string) {
        this.#tokens = tokensOf(expression);
    }

    /**
     * All statements; the value is that of the last one that no semicolon hides.
     *
     * @throws Error that names what is not expected.
     */
    parse(): Term {
        const shown: Term[] = [];
        const all: Term[] = [];
        while (this.#peek().kind !== 'end') {
            if (this.#take('\n') || this.#take(';')) continue;
            const statement = this.#assignment();
            all.push(statement);
            const { kind, text } = this.#peek();
            if (kind !== 'end' && !SEPARATORS.includes(text)) throw this.#unexpected();
            if (text !== ';') shown.push(statement);
        }
        const last = shown.at(-1);
        if (last === undefined) throw new Error('there is no value, as each statement ends in a semicolon');
        return (scope) =>
            all
                .map((statement) => ({ statement, value: statement(scope) }))
                .findLast(({ statement }) => statement === last)?.value;
    }

    #assignment(): Term {
        return this.#deeper(() => this.#assignmentHere());
    }

    /** Whatever a rule may have inside that is of the same rule again. */
    #deeper(rule: () => Term): Term {
        if (this.#depth === MAX_DEPTH) throw new Error(`it is nested more than ${MAX_DEPTH} levels deep`);
        this.#depth += 1;
        const term = rule();
        this.#depth -= 1;
        return term;
    }

    #assignmentHere(): Term {
        this.#skipLines();
        const [name, sign] = [this.#peek(), this.#tokens[this.#next + 1]];
        if (name.kind !== 'name' || sign?.text !== '=') return this.#condition();
        this.#next += 2;
        const value = this.#assignment();
        return (scope) => {
            const result = value(scope);
            scope.set(name.text, result);
            return result;
        };
    }

    #condition(): Term {
        const test = this.#or();
        if (!this.#take('?')) return test;
        const yes = this.#assignment();
        this.#expect(':');
        const no = this.#assignment();
        return (scope) => (isTrue(test(scope)) ? yes(scope) : no(scope));
    }

    #or(): Term {
        return this.#chain(() => this.#xor(), { or: (a, b) => (scope) => isTrue(a(scope)) || isTrue(b(scope)) });
    }

    #xor(): Term {
        return this.#chain(() => this.#and(), { xor: (a, b) => (scope) => isTrue(a(scope)) !== isTrue(b(scope)) });
    }

    #and(): Term {
        return this.#chain(() => this.#relation(), { and: (a, b) => (scope) => isTrue(a(scope)) && isTrue(b(scope)) });
    }

    /** `1 < 2 < 3` is `1 < 2 and 2 < 3`. */
    #relation(): Term {
        const operands = [this.#sum()];
        const comparisons: ((a: unknown, b: unknown) => boolean)[] = [];
        for (let compare = COMPARE.get(this.#peek().text); compare; compare = COMPARE.get(this.#peek().text)) {
            this.#next += 1;
            comparisons.push(compare);
            operands.push(this.#sum());
        }
        if (comparisons.length === 0) return operands[0]!;
        return (scope) => {
            const values = operands.map((operand) => operand(scope));
            return comparisons.every((compare, index) => compare(values[index], values[index + 1]));
        };
    }

    #sum(): Term {
        return this.#chain(() => this.#product(), {
            '+': (a, b) => (scope) => numberOf(a(scope)) + numberOf(b(scope)),
            '-': (a, b) => (scope) => numberOf(a(scope)) - numberOf(b(scope)),
        });
    }

    #product(): Term {
        return this.#chain(() => this.#signed(), {
            '*': (a, b) => (scope) => numberOf(a(scope)) * numberOf(b(scope)),
            '/': (a, b) => (scope) => numberOf(a(scope)) / numberOf(b(scope)),
        });
    }

    #signed(): Term {
        this.#skipLines();
        if (this.#take('-')) return this.#applied((value) => -numberOf(value));
        if (this.#take('+')) return this.#applied(numberOf);
        if (this.#take('not')) return this.#applied((value) => !isTrue(value));
        return this.#power();
    }

    #applied(apply: (value: unknown) => unknown): Term {
        const operand = this.#deeper(() => this.#signed());
        return (scope) => apply(operand(scope));
    }

    #power(): Term {
        const base = this.#fallback();
        if (!this.#take('^')) return base;
        const exponent = this.#deeper(() => this.#signed());
        return (scope) => numberOf(base(scope)) ** numberOf(exponent(scope));
    }

    #fallback(): Term {
        return this.#chain(() => this.#member(), { '??': (a, b) => (scope) => a(scope) ?? b(scope) });
    }

    #member(): Term {
        let term = this.#value();
        for (;;) {
            const value = term;
            if (this.#take('.')) {
                const { text } = this.#expectKind('name');
                term = (scope) => memberOf(value(scope), text);
            } else if (this.#take('[')) {
                const key = this.#assignment();
                this.#expect(']');
                term = (scope) => memberOf(value(scope), String(key(scope)));
            } else {
                return value;
            }
        }
    }

    #value(): Term {
        this.#skipLines();
        const token = this.#peek();
        this.#next += 1;
        if (token.kind === 'number') return constant(Number(token.text));
        if (token.kind === 'text') return constant(unquote(token.text));
        if (token.kind === 'name') return this.#take('(') ? this.#call(token.text) : variable(token.text);
        this.#next -= 1;
        if (!this.#take('(')) throw this.#unexpected();
        const inner = this.#assignment();
        this.#expect(')');
        return inner;
    }

    #call(name: string): Term {
        const args: Term[] = [];
        while (!this.#take(')')) {
            if (args.length > 0) this.#expect(',');
            args.push(this.#assignment());
        }
        const apply = MEMORY_FUNCTIONS[name];
        if (apply === undefined) throw new Error(`there is no function \`${name}\``);
        return (scope) => apply(...args.map((arg) => arg(scope)));
    }

    /** Operands with operators of one precedence between them, from left to right. */
    #chain(operand: () => Term, operators: Record<string, (a: Term, b: Term) => Term>): Term {
        let term = operand();
        for (;;) {
            const operator = Object.keys(operators).find((candidate) => this.#take(candidate));
            if (operator === undefined) return term;
            term = operators[operator]!(term, operand());
        }
    }

    #skipLines(): void {
        while (this.#take('\n'));
    }

    #peek(): Token {
        return this.#tokens[this.#next]!;
    }

    #take(text: string): boolean {
        const token = this.#peek();
        if (token.text !== text || token.kind === 'text' || token.kind === 'end') return false;
        this.#next += 1;
        return true;
    }

    #expect(text: string): void {
        if (!this.#take(text)) throw this.#unexpected(`, but '${text}' is`);
    }

    #expectKind(kind: Token['kind']): Token {
        const token = this.#peek();
        if (token.kind !== kind) throw this.#unexpected();
        this.#next += 1;
        return token;
    }

    #unexpected(remedy = ''): Error {
        const { kind, text, at } = this.#peek();
        const what = kind === 'end' ? 'its end' : text === '\n' ? 'the end of a line' : `'${text}'`;
        return new Error(`${what} is not expected at character ${at + 1}${remedy}`);
    }
}

function constant(value: unknown): Term {
    return () => value;
}

function variable(name: string): Term {
    if (CONSTANTS.has(name)) return constant(CONSTANTS.get(name));
    return (scope) => {
        if (scope.has(name)) return scope.get(name);
        throw new Error(`there is no variable \`${name}\`; those of the run are \`input\` and \`runOptions\``);
    };
}

function memberOf(value: unknown, key: string): unknown {
    if (typeof value === 'object' && value !== null) return ownProperty(value, key);
    throw new Error(`\`${key}\` is asked of what is no object; use \`get\` for what may be missing`);
}

function unquote(text: string): string {
    return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

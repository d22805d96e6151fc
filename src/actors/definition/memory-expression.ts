import { areEqual, toBoolean, MEMORY_FUNCTIONS, toNumber, ownProperty } from './memory-functions.js';

/** The variables of a memory expression. */
interface MemoryContext {
    input: Readonly<Record<string, unknown>>;
    runOptions: Readonly<Record<string, unknown>>;
}

/** Computes the memory of a run: megabytes, a power of two. Throws an Error with the reason if it cannot be computed. */
type MemoryExpression = (context: MemoryContext) => number;

/** A parsed part of an expression. Evaluates it with the values of the variables. */
type Term = (scope: Map<string, unknown>) => unknown;
type Operators = Readonly<Record<string, (a: Term, b: Term) => Term>>;

interface Token {
    kind: 'number' | 'text' | 'name' | 'operator' | 'end';
    text: string;
    /** Offset in the expression, from 0. */
    at: number;
}

const MAX_LENGTH = 1000;
/** Maximum nesting of brackets, conditions and signs; the stack overflows at a few hundred. */
const MAX_DEPTH = 100;
const MIN_MBYTES = 128;
const MAX_MBYTES = 32_768;
const BRACES = /\{\{\s*([\w.]+)\s*\}\}/g;
const RUN_OPTIONS = [
    'build',
    'timeoutSecs',
    'memoryMbytes',
    'diskMbytes',
    'maxItems',
    'maxTotalChargeUsd',
    'restartOnError',
];
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
    ['true', true],
    ['false', false],
    ['null', null],
    ['undefined', undefined],
]);

const COMPARISONS: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
    '==': areEqual,
    '!=': (a, b) => !areEqual(a, b),
    '<': (a, b) => toNumber(a) < toNumber(b),
    '<=': (a, b) => toNumber(a) <= toNumber(b),
    '>': (a, b) => toNumber(a) > toNumber(b),
    '>=': (a, b) => toNumber(a) >= toNumber(b),
};
/** Operators by precedence, lowest first. */
const LEVELS: readonly (Operators | 'comparisons')[] = [
    { or: (a, b) => (scope) => toBoolean(a(scope)) || toBoolean(b(scope)) },
    { xor: (a, b) => (scope) => toBoolean(a(scope)) !== toBoolean(b(scope)) },
    { and: (a, b) => (scope) => toBoolean(a(scope)) && toBoolean(b(scope)) },
    'comparisons',
    { '+': withNumbers((a, b) => a + b), '-': withNumbers((a, b) => a - b) },
    { '*': withNumbers((a, b) => a * b), '/': withNumbers((a, b) => a / b) },
];
const FALLBACK: Operators = { '??': (a, b) => (scope) => a(scope) ?? b(scope) };

const SPACE = /(?:[ \t\r]|#[^\n]*)*/y;
const TOKEN = new RegExp(
    [
        '(?<number>0x[0-9a-fA-F]+|(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)',
        '(?<text>"(?:[^"\\\\\\n]|\\\\.)*"|\'(?:[^\'\\\\\\n]|\\\\.)*\')',
        '(?<name>[A-Za-z_$][\\w$]*)',
        '(?<operator>\\?\\?|==|!=|<=|>=|[-+*/^<>=?:(),.[\\];\\n])',
    ].join('|'),
    'y',
);

/**
 * Parses an expression from `defaultMemoryMbytes` in `actor.json`.
 *
 * Why not `@apify/actor-memory-expression`: it depends on MathJS, which has 17 MB and takes two seconds to load.
 *
 * Source: "Dynamic Actor memory" in the platform's docs.
 *
 * @throws Error with the reason if the expression is not valid.
 */
export function parseMemoryExpression(text: string): MemoryExpression {
    if (text.length > MAX_LENGTH) throw new Error(`it has ${text.length} characters, but the maximum is ${MAX_LENGTH}`);
    const term = new Parser(text.replace(BRACES, resolvePlaceholder)).parse();
    return ({ input, runOptions }) => {
        const scope = new Map<string, unknown>(Object.entries({ input, runOptions }));
        return toPowerOfTwo(term(scope));
    };
}

function resolvePlaceholder(_text: string, name: string): string {
    const [root, key = ''] = name.split('.');
    if (root === 'input' || (root === 'runOptions' && RUN_OPTIONS.includes(key))) return name;
    throw new Error(
        `{{${name}}} is neither a field of \`input\` nor one of runOptions.${RUN_OPTIONS.join(', runOptions.')}`,
    );
}

function toPowerOfTwo(value: unknown): number {
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
        const shown = typeof value === 'number' ? value : typeof value;
        throw new Error(`its result is ${shown}, but must be a number above 0`);
    }
    return Math.min(Math.max(2 ** Math.round(Math.log2(value)), MIN_MBYTES), MAX_MBYTES);
}

/**
 * Parses arithmetic, comparisons, conditions, assignments, variables and calls, with the precedence of MathJS: the platform's
 * expressions are a subset of its language.
 */
class Parser {
    readonly #tokens: readonly Token[];
    #next = 0;
    #depth = 0;

    constructor(expression: string) {
        this.#tokens = tokenize(expression);
    }

    /** Parses all statements. The value is that of the last one that does not end with a semicolon. */
    parse(): Term {
        const statements: Term[] = [];
        let last: Term | undefined;
        while (this.#peek().kind !== 'end') {
            if (this.#take('\n') || this.#take(';')) continue;
            const statement = this.#assignment();
            statements.push(statement);
            const { kind, text } = this.#peek();
            if (kind !== 'end' && text !== ';' && text !== '\n') throw this.#unexpected();
            if (text !== ';') last = statement;
        }
        if (last === undefined)
            throw new Error('it has no value: it is empty, or each statement ends with a semicolon');
        return (scope) => {
            const values = statements.map((statement) => statement(scope));
            return values[statements.lastIndexOf(last)];
        };
    }

    #assignment(): Term {
        return this.#nested(() => {
            this.#skipLines();
            const name = this.#peek();
            if (name.kind !== 'name' || this.#tokens[this.#next + 1]?.text !== '=') return this.#condition();
            this.#next += 2;
            const value = this.#assignment();
            return (scope) => {
                const result = value(scope);
                scope.set(name.text, result);
                return result;
            };
        });
    }

    /** Parses a rule that may contain itself. */
    #nested(rule: () => Term): Term {
        if (this.#depth === MAX_DEPTH) throw new Error(`it is nested more than ${MAX_DEPTH} levels deep`);
        this.#depth += 1;
        const term = rule();
        this.#depth -= 1;
        return term;
    }

    #condition(): Term {
        const test = this.#binary(0);
        if (!this.#take('?')) return test;
        const yes = this.#assignment();
        this.#expect(':');
        const no = this.#assignment();
        return (scope) => (toBoolean(test(scope)) ? yes(scope) : no(scope));
    }

    #binary(level: number): Term {
        const operators = LEVELS[level];
        if (operators === undefined) return this.#unary();
        const operand = (): Term => this.#binary(level + 1);
        return operators === 'comparisons' ? this.#comparison(operand) : this.#chain(operand, operators);
    }

    /** Parses operands with operators of one precedence, left-associative. */
    #chain(operand: () => Term, operators: Operators): Term {
        let term = operand();
        for (;;) {
            const operator = Object.keys(operators).find((candidate) => this.#take(candidate));
            if (operator === undefined) return term;
            term = operators[operator]!(term, operand());
        }
    }

    /** Parses comparisons: `1 < 2 < 3` means `1 < 2 and 2 < 3`. */
    #comparison(operand: () => Term): Term {
        const operands = [operand()];
        const operators: string[] = [];
        for (;;) {
            const operator = Object.keys(COMPARISONS).find((candidate) => this.#take(candidate));
            if (operator === undefined) break;
            operators.push(operator);
            operands.push(operand());
        }
        if (operators.length === 0) return operands[0]!;
        return (scope) => {
            const values = operands.map((term) => term(scope));
            return operators.every((operator, index) => COMPARISONS[operator]!(values[index], values[index + 1]));
        };
    }

    #unary(): Term {
        this.#skipLines();
        if (this.#take('-')) return this.#prefixed((value) => -toNumber(value));
        if (this.#take('+')) return this.#prefixed(toNumber);
        if (this.#take('not')) return this.#prefixed((value) => !toBoolean(value));
        const base = this.#chain(() => this.#member(), FALLBACK);
        if (!this.#take('^')) return base;
        return withNumbers((a, b) => a ** b)(
            base,
            this.#nested(() => this.#unary()),
        );
    }

    #prefixed(apply: (value: unknown) => unknown): Term {
        const operand = this.#nested(() => this.#unary());
        return (scope) => apply(operand(scope));
    }

    #member(): Term {
        let term = this.#primary();
        for (;;) {
            const object = term;
            if (this.#take('.')) {
                const { kind, text } = this.#peek();
                if (kind !== 'name') throw this.#unexpected();
                this.#next += 1;
                term = (scope) => readMember(object(scope), text);
            } else if (this.#take('[')) {
                const key = this.#assignment();
                this.#expect(']');
                term = (scope) => readMember(object(scope), String(key(scope)));
            } else {
                return object;
            }
        }
    }

    #primary(): Term {
        this.#skipLines();
        const { kind, text } = this.#peek();
        this.#next += 1;
        if (kind === 'number') return () => Number(text);
        if (kind === 'text') return () => text.slice(1, -1).replace(/\\(.)/g, '$1');
        if (kind === 'name') return this.#take('(') ? this.#call(text) : variable(text);
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
        if (apply === undefined) throw new Error(`the function \`${name}\` does not exist`);
        return (scope) => apply(...args.map((arg) => arg(scope)));
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
        if (!this.#take(text)) throw this.#unexpected(`; expected '${text}'`);
    }

    #unexpected(expected = ''): Error {
        const { kind, text, at } = this.#peek();
        const found = kind === 'end' ? 'end' : text === '\n' ? 'line break' : `'${text}'`;
        return new Error(`unexpected ${found} at character ${at + 1}${expected}`);
    }
}

/** Splits an expression into tokens. Line breaks between brackets are spaces. */
function tokenize(expression: string): Token[] {
    const tokens: Token[] = [];
    let depth = 0;
    let at = skipSpace(expression, 0);
    while (at < expression.length) {
        TOKEN.lastIndex = at;
        const { 0: text, groups } = TOKEN.exec(expression) ?? {};
        if (text === undefined) throw new Error(`unexpected '${expression[at]}' at character ${at + 1}`);
        const [kind] = Object.entries(groups!).find(([, value]) => value !== undefined)!;
        if ('(['.includes(text)) depth += 1;
        if (')]'.includes(text)) depth -= 1;
        if (text !== '\n' || depth <= 0) tokens.push({ kind: kind as Token['kind'], text, at });
        at = skipSpace(expression, at + text.length);
    }
    tokens.push({ kind: 'end', text: '', at });
    return tokens;
}

function skipSpace(expression: string, at: number): number {
    SPACE.lastIndex = at;
    return at + SPACE.exec(expression)![0].length;
}

function withNumbers(apply: (a: number, b: number) => number): (a: Term, b: Term) => Term {
    return (a, b) => (scope) => apply(toNumber(a(scope)), toNumber(b(scope)));
}

function variable(name: string): Term {
    if (CONSTANTS.has(name)) return () => CONSTANTS.get(name);
    return (scope) => {
        if (scope.has(name)) return scope.get(name);
        throw new Error(`the variable \`${name}\` does not exist; use \`input\` or \`runOptions\``);
    };
}

function readMember(value: unknown, key: string): unknown {
    if (typeof value === 'object' && value !== null) return ownProperty(value, key);
    throw new Error(
        `cannot read \`${key}\` of a value that is not an object; use \`get\` for values that may be missing`,
    );
}

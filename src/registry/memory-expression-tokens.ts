/** A part of a memory expression. */
export interface Token {
    kind: 'number' | 'text' | 'name' | 'operator' | 'end';
    text: string;
    /** Place in the expression, from 0. */
    at: number;
}

const SPACE = /(?:[ \t\r]|#[^\n]*)*/y;
const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
    ['number', /0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
    ['text', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y],
    ['name', /[A-Za-z_$][\w$]*/y],
    ['operator', /\?\?|==|!=|<=|>=|[-+*/^<>=?:(),.[\];\n]/y],
];

/**
 * Takes a memory expression apart. Line breaks between brackets are spaces.
 *
 * @throws Error that names the character which belongs nowhere.
 */
export function tokensOf(expression: string): Token[] {
    const tokens: Token[] = [];
    let at = 0;
    let depth = 0;
    const take = (pattern: RegExp): string | undefined => {
        pattern.lastIndex = at;
        return pattern.exec(expression)?.[0];
    };
    for (;;) {
        at += take(SPACE)?.length ?? 0;
        if (at >= expression.length) break;
        const token = nextToken(take, at);
        if (token === undefined) throw new Error(`character ${at + 1}, '${expression[at]}', belongs nowhere`);
        at += token.text.length;
        if ('(['.includes(token.text)) depth += 1;
        if (')]'.includes(token.text)) depth -= 1;
        if (token.text !== '\n' || depth <= 0) tokens.push(token);
    }
    tokens.push({ kind: 'end', text: '', at });
    return tokens;
}

function nextToken(take: (pattern: RegExp) => string | undefined, at: number): Token | undefined {
    for (const [kind, pattern] of PATTERNS) {
        const text = take(pattern);
        if (text !== undefined) return { kind, text, at };
    }
    return undefined;
}

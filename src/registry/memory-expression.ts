import { MemoryExpressionParser } from './memory-expression-parser.js';

/** What a memory expression may look at. */
export interface MemoryContext {
    input: Readonly<Record<string, unknown>>;
    runOptions: Readonly<Record<string, unknown>>;
}

/** Works out how much memory a run gets: megabytes, a power of two. Throws an Error that says why it cannot. */
export type MemoryExpression = (context: MemoryContext) => number;

const MAX_LENGTH = 1000;
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

/**
 * Reads the text that `defaultMemoryMbytes` of an `actor.json` may be.
 *
 * Why not `@apify/actor-memory-expression`: it brings all of MathJS, which takes 17 MB and two seconds to load.
 *
 * Source: "Dynamic Actor memory" of the platform's docs.
 *
 * @throws Error that says what is wrong with it.
 */
export function readMemoryExpression(text: string): MemoryExpression {
    if (text.length > MAX_LENGTH) throw new Error(`it has ${text.length} characters, but ${MAX_LENGTH} is the most`);
    const term = new MemoryExpressionParser(text.replace(BRACES, withoutBraces)).parse();
    return ({ input, runOptions }) => {
        const scope = new Map<string, unknown>(Object.entries({ input, runOptions }));
        return toPowerOfTwo(term(scope));
    };
}

function withoutBraces(_text: string, name: string): string {
    const [root, key = ''] = name.split('.');
    if (root === 'input' || (root === 'runOptions' && RUN_OPTIONS.includes(key))) return name;
    throw new Error(
        `{{${name}}} is neither of the \`input\` nor one of runOptions.${RUN_OPTIONS.join(', runOptions.')}`,
    );
}

function toPowerOfTwo(value: unknown): number {
    if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
        const shown = typeof value === 'number' ? value : typeof value;
        throw new Error(`its result is ${shown}, but must be a number above 0`);
    }
    return Math.min(Math.max(2 ** Math.round(Math.log2(value)), MIN_MBYTES), MAX_MBYTES);
}

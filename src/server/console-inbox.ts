import type { ConsoleQuestion, ConsoleRequest } from '../protocol/console.js';

const QUESTIONS: readonly ConsoleQuestion[] = ['started-runs', 'migrate'];

/** Reads what a console has sent; undefined for anything that no console sends. */
export function readConsoleRequest(text: string): ConsoleRequest | undefined {
    const fields = fieldsOf(text);
    const { type, token, id, from } = fields;
    switch (type) {
        case 'open':
            return typeof token === 'string' ? { type, token } : undefined;
        case 'follow-log':
            return typeof id === 'string' && isWhole(from) ? { type, id, from } : undefined;
        case 'ask':
            return readQuestion(fields);
        case 'unfollow-log':
        case 'follow-usage':
        case 'unfollow-usage':
            return typeof id === 'string' ? { type, id } : undefined;
        default:
            return undefined;
    }
}

function readQuestion({ number, question, id }: Record<string, unknown>): ConsoleRequest | undefined {
    const isRight = typeof id === 'string' && isWhole(number) && isQuestion(question);
    return isRight ? { type: 'ask', number, question, id } : undefined;
}

function fieldsOf(text: string): Record<string, unknown> {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
        return {};
    }
}

function isQuestion(value: unknown): value is ConsoleQuestion {
    return QUESTIONS.some((known) => known === value);
}

function isWhole(value: unknown): value is number {
    return Number.isSafeInteger(value) && (value as number) >= 0;
}

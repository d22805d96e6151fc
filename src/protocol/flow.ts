import type { ActorMessage } from './messages.js';

/*
 * How much of an Actor may be on its way to the host, or wait there for its turn. What is beyond that stays with the Actor, in
 * memory that counts as its own: one that asks or writes faster than the host and its disk can take it slows itself down, and
 * neither the host nor other Actors.
 */

/** Questions that are not answered yet. */
export const MOST_QUESTIONS = 64;

/** Bytes of those. A larger one goes by itself. */
export const MOST_QUESTION_BYTES = 2 * 2 ** 20;

/** Of what the Actor writes to its streams, in the measure of {@link outputCost}. */
export const MOST_OUTPUT = 512 * 1024;

/** Text is sent in pieces of so many characters at most. */
export const OUTPUT_PIECE_CHARS = 64 * 1024;

const MESSAGE_COST = 64;

/** What a piece of output counts for: a message has its price, however little is in it. */
export function outputCost(text: string): number {
    return text.length + MESSAGE_COST;
}

/** Methods of the client that are answered when a run or a build has ended. */
export const WAITING_METHODS: ReadonlySet<string> = new Set(['call', 'waitForFinish']);

/** Their like in the API. */
const WAITING_PATH = /[?&]waitForFinish=|\/run-sync|\/logs?\b/;

/** Whether a question may be answered only when something else has happened, so that others must not wait for it. */
export function mayTakeLong(question: Extract<ActorMessage, { type: string; id: number }>): boolean {
    switch (question.type) {
        case 'call': {
            const [method = '', ...given] = question.steps.at(-1) ?? [];
            return WAITING_METHODS.has(method) || given.some(asksToWait);
        }
        case 'request':
            return WAITING_PATH.test(question.request.path);
        case 'web-request':
            return true;
        default:
            return false;
    }
}

function asksToWait(argument: unknown): boolean {
    return typeof argument === 'object' && argument !== null && 'waitForFinish' in argument;
}

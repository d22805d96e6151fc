import type { ActorMessage } from './messages.js';

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

import { answerForeignRequest } from '../api/access.js';
import { nativeResponse, wholeAnswerOf } from '../api/whole-response.js';
import { errorAnswer } from '../api/error-answer.js';
import { EngineError } from '../errors/engine-error.js';
import type { Access } from './access.js';

/** What a request from outside is answered by. */
export interface FetchScope {
    readonly access: Access;
    readonly isClosed: () => boolean;
}

/** Answers a request from outside. Never throws. */
export function answerOutside(request: Request, { access, isClosed }: FetchScope): Promise<Response> {
    if (!isClosed()) return answerForeignRequest(request, access);
    const error = new EngineError('engine-closed', 'The engine is closed and answers no requests any more.');
    return Promise.resolve(errorAnswer(error));
}

/** As {@link answerOutside}, as `fetch` does it: once its signal is aborted it rejects, or its answer breaks off. */
export async function answerFetch(request: Request, scope: FetchScope): Promise<Response> {
    const { signal } = request;
    signal.throwIfAborted();
    const answer = await answerOutside(request, scope);
    if (wholeAnswerOf(answer)) return nativeResponse(answer);
    if (signal.aborted) {
        await answer.body?.cancel();
        signal.throwIfAborted();
    }
    if (answer.body === null) return answer;
    return new Response(answer.body.pipeThrough(new TransformStream(), { signal }), answer);
}

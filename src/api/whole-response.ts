import { NATIVE, standInClass, type StandIn } from '../util/stand-in.js';

/** An answer that is there as a whole. */
export interface WholeAnswer {
    readonly status: number;
    readonly contentType: string;
    /** All others. Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array;
}

/**
 * A `Response` that is one only to who looks at it as one. To make one takes longer than to answer most requests, above all
 * for its stream, and who sends the answer on needs nothing but its parts.
 */
class WholeResponse extends standInClass(Response.prototype) implements StandIn<Response> {
    readonly #answer: WholeAnswer;
    #native: Response | undefined;

    constructor(answer: WholeAnswer) {
        super();
        this.#answer = answer;
    }

    static answerOf(response: Response): WholeAnswer | undefined {
        return #answer in response ? response.#answer : undefined;
    }

    override get status(): number {
        return this.#answer.status;
    }

    [NATIVE](): Response {
        const { body, status, contentType, headers } = this.#answer;
        const init = { status, headers: { ...headers, 'content-type': contentType } };
        // The types of browsers may be the ones in force, and those know less.
        this.#native ??= new Response(body as ConstructorParameters<typeof Response>[0], init);
        return this.#native;
    }
}

/** A response of the parts that it consists of. */
export function wholeResponse(answer: WholeAnswer): Response {
    return new WholeResponse(answer);
}

/** The parts of an answer that was made as a whole; undefined for all others. */
export function wholeAnswerOf(response: Response): WholeAnswer | undefined {
    return WholeResponse.answerOf(response);
}

/** The response that Node would have made. */
export function nativeResponse(response: Response): Response {
    return response instanceof WholeResponse ? response[NATIVE]() : response;
}

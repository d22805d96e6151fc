/** An answer that is there as a whole. */
export interface WholeAnswer {
    readonly status: number;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array;
}

const WHOLE = Symbol('whole');
const NATIVE = Symbol('native');
const FIELDS = ['body', 'bodyUsed', 'headers', 'ok', 'redirected', 'statusText', 'type', 'url'] as const;
const METHODS = ['arrayBuffer', 'blob', 'bytes', 'clone', 'formData', 'json', 'text'] as const;

interface WholeResponse {
    readonly [WHOLE]: WholeAnswer;
    [NATIVE]?: Response;
}

/**
 * A `Response` that is one only to who looks at it as one. To make one takes longer than to answer most requests, above all
 * for its stream, and who sends the answer on needs nothing but its parts.
 */
export function wholeResponse(answer: WholeAnswer): Response {
    const response = Object.create(prototype) as WholeResponse & Response;
    Object.defineProperty(response, WHOLE, { value: answer });
    return response;
}

/** The parts of an answer that was made as a whole; undefined for all others. */
export function wholeAnswerOf(response: Response): WholeAnswer | undefined {
    return (response as Partial<WholeResponse>)[WHOLE];
}

/** The response that Node would have made. */
export function nativeResponse(response: Response): Response {
    const whole = response as Response & Partial<WholeResponse>;
    const answer = whole[WHOLE];
    if (answer === undefined) return response;
    const { body, ...init } = answer;
    // The types of browsers may be the ones in force, and those know less.
    return (whole[NATIVE] ??= new Response(body as ConstructorParameters<typeof Response>[0], init));
}

const prototype = Object.create(Response.prototype, {
    status: {
        get(this: WholeResponse) {
            return this[WHOLE].status;
        },
    },
    ...Object.fromEntries(
        FIELDS.map((name) => [
            name,
            {
                get(this: Response): unknown {
                    return nativeResponse(this)[name];
                },
            },
        ]),
    ),
    ...Object.fromEntries(
        METHODS.map((name) => [
            name,
            {
                value(this: Response): unknown {
                    return nativeResponse(this)[name]();
                },
            },
        ]),
    ),
}) as object;

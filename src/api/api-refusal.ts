/** An error that only HTTP has, such as a path that leads nowhere; `EngineError` has codes for all others. */
export class ApiRefusal extends Error {
    readonly statusCode: number;
    /** The `error.type` of the answer. */
    readonly type: string;

    constructor(statusCode: number, type: string, message: string, cause?: unknown) {
        super(message, cause === undefined ? undefined : { cause });
        this.name = 'ApiRefusal';
        this.statusCode = statusCode;
        this.type = type;
    }
}

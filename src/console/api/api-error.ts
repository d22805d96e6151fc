/** Why the API did not do what it was asked for: its own words, or that it cannot be reached. */
export class ApiError extends Error {
    /** The API's `error.type`, or `offline` where no answer came. */
    readonly type: string;
    /** 0 where no answer came. */
    readonly status: number;
    /** Plain data about what went wrong, as the fields of an input that are not right. */
    readonly data: unknown;

    constructor({ type, status, message, data }: { type: string; status: number; message: string; data?: unknown }) {
        super(message);
        this.name = 'ApiError';
        this.type = type;
        this.status = status;
        this.data = data;
    }
}

/** What to show of an error, whatever was thrown. */
export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/** Whether something that was asked for does not exist, or not any more. */
export function isNotFound(error: unknown): boolean {
    return error instanceof ApiError && error.status === 404;
}

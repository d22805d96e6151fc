/** What a new storage can be given. */
export interface NewStorageOptions {
    /** Default: none; an unnamed storage is known by its id only. */
    name?: string;
    /** Whose it is. Default: the first user's. */
    userId?: string;
    actId?: string;
    actRunId?: string;
    /** Schema of a dataset or of a key-value store. It is not copied, and must make sense. */
    schema?: Record<string, unknown>;
}

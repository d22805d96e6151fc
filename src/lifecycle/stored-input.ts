/** The input of a run as it is stored. */
export interface StoredInput {
    bytes: Buffer;
    contentType: string;
}

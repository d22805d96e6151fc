/** The input of a run as it is stored: bytes and their type. */
export interface RunInput {
    bytes: Buffer;
    contentType: string;
}

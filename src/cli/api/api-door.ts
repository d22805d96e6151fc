/** A way to an engine's API, in this process or by a socket. */
export interface ApiDoor {
    fetch(request: Request): Promise<Response>;
    /** Without a slash at its end. */
    readonly baseUrl: string;
    readonly token: string;
    /** What answers: that of a storage directory in this very process, or a server. */
    readonly kind: 'directory' | 'server';
    /** Where that is, for messages: a path or a URL. */
    readonly place: string;
    close(): Promise<void>;
}

/** What an Actor may reach besides the engine. */
export type NetworkPolicy =
    /** Everything but the API of the cloud, whose requests the engine answers. */
    | 'guarded'
    /** Everything; the engine answers only the requests that are meant for it. */
    | 'allow'
    /** Only this machine. */
    | 'loopback'
    | 'block';

/** Where a migration reads, and where it writes. */
export interface MigrationPlace {
    /** The storage directory as it is. Nothing in it may be changed. */
    readonly directory: string;
    /** An empty directory: what is written here under a path takes the place of what the storage directory has there. */
    readonly draft: string;
}

/** Leads from one version of the layout to the next. */
export interface Migration {
    /** The version that it leads from. */
    readonly from: number;
    /** What will be different, for whoever is told: `runs have an index`. */
    readonly what: string;
    /**
     * Writes what is new. May be killed at any time and begun anew.
     *
     * @returns All paths, from the storage directory on, that are in the draft and count from now on, or that are to go.
     */
    readonly write: (place: MigrationPlace) => readonly string[] | Promise<readonly string[]>;
}

/**
 * How a storage directory comes to have the layout that this code knows, from the first version on and without a gap. Whoever
 * changes the layout adds one; its number is the new version.
 */
export const MIGRATIONS: readonly Migration[] = [
    {
        from: 1,
        what: 'request queues, key-value stores and logs may keep in several files what an older greenroom looks for in one',
        // The first file of each is what the only one was.
        write: () => [],
    },
];

/** Where the coverage of a run goes. */
export interface CoverageSettings {
    /** Absolute path of the folder. */
    directory: string;
    /** Part of the names of its files. */
    runId: string;
}

/** Files by their paths; what is no text is written as JSON. */
export type TemplateFiles = Readonly<Record<string, unknown>>;

/** What the files of a template are made for. */
export interface TemplateFacts {
    /** Name of the Actor. */
    readonly name: string;
    /** Version of greenroom. */
    readonly version: string;
}

/** A way to begin an Actor. */
export interface Template {
    readonly name: string;
    readonly summary: string;
    /** What Node has to be able to, if it is more than greenroom itself needs. */
    readonly remark?: string;
    readonly files: (facts: TemplateFacts) => TemplateFiles;
}

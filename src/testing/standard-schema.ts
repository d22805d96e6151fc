/**
 * A schema of any library that implements Standard Schema: Zod, Valibot, ArkType and others.
 *
 * Source: version 1 of the specification, https://standardschema.dev.
 */
export interface StandardSchema<Output = unknown> {
    /** Properties of the specification. */
    readonly '~standard': {
        readonly version: 1;
        readonly vendor: string;
        readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
        readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    };
}

type SchemaResult<Output> =
    | { readonly value: Output; readonly issues?: undefined }
    | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
    /** Message of the issue. */
    readonly message: string;
    /** Path of the invalid value. */
    readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Result of a validation: the output of the schema, or its problems with their paths. */
export type SchemaOutcome<Output> = { value: Output } | { problems: string[] };

export function isStandardSchema(value: unknown): value is StandardSchema {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
    return typeof (value as StandardSchema)['~standard']?.validate === 'function';
}

export async function validateWith<Output>(
    schema: StandardSchema<Output>,
    value: unknown,
): Promise<SchemaOutcome<Output>> {
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return { value: result.value };
    return { problems: result.issues.map(({ message, path }) => `${formatPath(path)}${message}`) };
}

function formatPath(path: SchemaIssue['path']): string {
    if (path === undefined || path.length === 0) return '';
    return `${path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.')}: `;
}

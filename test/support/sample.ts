/**
 * True if `GREENROOM_FUZZ` is set. Suites that run on each version of Node, with many cases in many variants, then run all
 * variants of each case. By default, each case has one variant, so that they take minutes less.
 */
export const IS_THOROUGH = process.env['GREENROOM_FUZZ'] !== undefined;

/** Returns the variants to run of the case with that index. */
export function variantsOf<Variant>(index: number, variants: readonly Variant[]): readonly Variant[] {
    return IS_THOROUGH ? variants : [variants[index % variants.length]!];
}

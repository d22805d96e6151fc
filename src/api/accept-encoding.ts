/**
 * Whether who sends an `Accept-Encoding` takes an encoding. Who sends none is taken to want none, although HTTP would allow
 * any: such clients do not decode.
 */
export function accepts(header: string | null, encoding: string): boolean {
    const weights = new Map(
        (header ?? '').split(',').map((part) => {
            const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
            return [name, parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))] as const;
        }),
    );
    const isRefused = weights.get(encoding) ?? weights.get('*');
    return isRefused === false;
}

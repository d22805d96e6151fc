/** As the platform has them. */
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** What is wrong with the name of a storage; undefined if nothing is. */
export function nameTrouble(name: string): string | undefined {
    if (NAME.test(name)) return undefined;
    return 'A name has 1 to 63 letters, digits and dashes, and begins and ends with a letter or digit.';
}

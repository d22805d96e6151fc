/**
 * The texts by which secrets would show in a log: each text in them, in the forms that programs print it. A log is hidden
 * from line by line, so that a text of several lines is several.
 */
export function collectSecretTexts(values: readonly unknown[]): string[] {
    const texts = new Set<string>();
    for (const value of values) collect(value, texts);
    // The longer first, or what is left of them when a shorter one is gone would stay.
    return [...texts].toSorted((a, b) => b.length - a.length);
}

function collect(value: unknown, texts: Set<string>): void {
    const waiting = [value];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (typeof next === 'string') addForms(next, texts);
        else if (typeof next === 'object' && next !== null) waiting.push(...(Object.values(next) as unknown[]));
    }
}

function addForms(text: string, texts: Set<string>): void {
    if (text.trim() === '') return;
    for (const line of text.split(/\r?\n/)) texts.add(line.trim());
    // As in a value that is printed as JSON.
    texts.add(JSON.stringify(text).slice(1, -1));
    texts.delete('');
}

/**
 * Collects the texts to redact in a log: each string in the secrets, in the forms in which programs print it. Logs are redacted line
 * by line, so each line of a string is a separate text.
 */
export function collectSecretTexts(values: readonly unknown[]): string[] {
    const texts = new Set<string>();
    for (const value of values) collect(value, texts);
    // Longest first: redacting a shorter one inside a longer one would leave the rest of the longer one visible.
    return [...texts].toSorted((a, b) => b.length - a.length);
}

function collect(value: unknown, texts: Set<string>): void {
    const pending = [value];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        if (typeof next === 'string') addForms(next, texts);
        else if (typeof next === 'object' && next !== null) pending.push(...(Object.values(next) as unknown[]));
    }
}

function addForms(text: string, texts: Set<string>): void {
    if (text.trim() === '') return;
    for (const line of text.split(/\r?\n/)) texts.add(line.trim());
    // Its form inside printed JSON.
    texts.add(JSON.stringify(text).slice(1, -1));
    texts.delete('');
}

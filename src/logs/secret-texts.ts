/**
 * Collects the texts to redact: each string and long number in the secrets, in the forms in which programs print it. Logs are redacted
 * line by line, so each line of a string is also a separate text.
 *
 * @param known - Texts to include.
 */
export function collectSecretTexts(values: readonly unknown[], known: readonly string[] = []): string[] {
    const texts = new Set(known);
    for (const value of values) collect(value, texts);
    // Longest first: redacting a shorter one inside a longer one would leave the rest of the longer one visible.
    return [...texts].toSorted((a, b) => b.length - a.length);
}

/** Numbers below it are too common to be redacted. */
const MIN_SECRET_NUMBER = 100_000;

function collect(value: unknown, texts: Set<string>): void {
    const pending = [value];
    while (pending.length > 0) {
        const next = pending.pop();
        if (typeof next === 'string') addForms(next, texts);
        else if (typeof next === 'number' && Math.abs(next) >= MIN_SECRET_NUMBER) texts.add(String(next));
        else if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) pending.push(part);
    }
}

/** A text whose forms are all the same, as those of tokens. */
const PLAIN = /^[\w.-]+$/;

function addForms(text: string, texts: Set<string>): void {
    if (PLAIN.test(text)) texts.add(text);
    else if (text.trim() !== '') addEncodedForms(text, texts);
}

function addEncodedForms(text: string, texts: Set<string>): void {
    const lines = text.split(/\r?\n/);
    for (const part of [text, ...lines]) texts.add(part.trim());
    for (const part of new Set([text, ...lines])) {
        // Its form inside printed JSON.
        texts.add(JSON.stringify(part).slice(1, -1));
        // Its forms inside URLs and forms. Encoding would throw for lone surrogates.
        const wellFormed = Buffer.from(part).toString();
        texts.add(encodeURIComponent(wellFormed)).add(encodeURI(wellFormed));
        texts.add(new URLSearchParams({ '': wellFormed }).toString().slice(1));
    }
    texts.delete('');
}

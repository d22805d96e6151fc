/** The candidate that a mistyped word most likely means, or undefined when none is near. */
export function nearMiss(word: string, candidates: Iterable<string>): string | undefined {
    const limit = Math.max(2, Math.floor(word.length / 3));
    let best: { candidate: string; distance: number } | undefined;
    for (const candidate of candidates) {
        const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
        if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance };
    }
    return best?.candidate;
}

/** ` Did you mean `x`?`, or nothing: the end of a message about an unknown word. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
    const near = nearMiss(word, candidates);
    return near === undefined ? '' : ` Did you mean \`${near}\`?`;
}

function editDistance(a: string, b: string): number {
    let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i++) {
        const current = [i];
        for (let j = 1; j <= b.length; j++) {
            const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
            current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1));
        }
        previous = current;
    }
    return previous[b.length]!;
}

/** A piece of a line in one look. */
export interface MarkdownPiece {
    readonly look: 'plain' | 'code' | 'bold' | 'italic' | 'link';
    readonly text: string;
    /** Of a link: http or https, and nothing else. */
    readonly href?: string;
}

/** A block of a text in Markdown. */
export type MarkdownBlock =
    | { readonly type: 'heading'; readonly level: number; readonly pieces: readonly MarkdownPiece[] }
    | { readonly type: 'code'; readonly text: string }
    | { readonly type: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly MarkdownPiece[])[] }
    | { readonly type: 'paragraph'; readonly pieces: readonly MarkdownPiece[] };

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;

/** Takes a text in Markdown apart: headings, paragraphs, lists, code, and within lines code, bold, italic, and links. */
export function readMarkdown(text: string): MarkdownBlock[] {
    const lines = text.replaceAll('\r', '').split('\n');
    const blocks: MarkdownBlock[] = [];
    let at = 0;
    while (at < lines.length) {
        const line = lines[at]!;
        if (line.trim() === '') {
            at += 1;
            continue;
        }
        const { block, end } =
            readFence(lines, at) ?? readHeading(lines, at) ?? readList(lines, at) ?? readParagraph(lines, at);
        blocks.push(block);
        at = end;
    }
    return blocks;
}

interface Read {
    readonly block: MarkdownBlock;
    readonly end: number;
}

function readFence(lines: readonly string[], start: number): Read | undefined {
    const fence = FENCE.exec(lines[start]!)?.[1];
    if (fence === undefined) return undefined;
    let end = start + 1;
    while (end < lines.length && !lines[end]!.trimStart().startsWith(fence)) end += 1;
    return { block: { type: 'code', text: lines.slice(start + 1, end).join('\n') }, end: end + 1 };
}

function readHeading(lines: readonly string[], at: number): Read | undefined {
    const [, marks, text] = HEADING.exec(lines[at]!) ?? [];
    if (marks === undefined) return undefined;
    return { block: { type: 'heading', level: marks.length, pieces: readPieces(text ?? '') }, end: at + 1 };
}

function readList(lines: readonly string[], start: number): Read | undefined {
    const first = ITEM.exec(lines[start]!);
    if (first === null) return undefined;
    const items: string[] = [];
    let end = start;
    for (; end < lines.length; end += 1) {
        const line = lines[end]!;
        const item = ITEM.exec(line);
        if (item) items.push(item[2]!);
        else if (line.trim() !== '' && /^\s/.test(line)) items.push(`${items.pop()!} ${line.trim()}`);
        else break;
    }
    return { block: { type: 'list', isOrdered: first[1] !== undefined, items: items.map(readPieces) }, end };
}

function readParagraph(lines: readonly string[], start: number): Read {
    let end = start + 1;
    const goesOn = (line: string): boolean =>
        line.trim() !== '' && !FENCE.test(line) && !HEADING.test(line) && !ITEM.test(line);
    while (end < lines.length && goesOn(lines[end]!)) end += 1;
    return { block: { type: 'paragraph', pieces: readPieces(lines.slice(start, end).join(' ')) }, end };
}

const PIECE =
    /`([^`]+)`|\*\*([^*]+)\*\*|__([^_]+)__|\[([^\]]+)\]\(([^)\s]+)[^)]*\)|(?<![\w*])\*([^*\s][^*]*)\*|(?<!\w)_([^_\s][^_]*)_(?!\w)/g;

function readPieces(line: string): MarkdownPiece[] {
    const pieces: MarkdownPiece[] = [];
    let start = 0;
    const addPlain = (end: number): void => {
        if (end > start) pieces.push({ look: 'plain', text: line.slice(start, end) });
    };
    for (const match of line.matchAll(PIECE)) {
        addPlain(match.index);
        pieces.push(pieceOf(match));
        start = match.index + match[0].length;
    }
    addPlain(line.length);
    return pieces;
}

function pieceOf([whole, code, bold, otherBold, linked, href, italic, otherItalic]: RegExpMatchArray): MarkdownPiece {
    if (code !== undefined) return { look: 'code', text: code };
    if (linked !== undefined && href !== undefined) {
        return /^https?:\/\//i.test(href) ? { look: 'link', text: linked, href } : { look: 'plain', text: linked };
    }
    const strong = bold ?? otherBold;
    if (strong !== undefined) return { look: 'bold', text: strong };
    return { look: 'italic', text: italic ?? otherItalic ?? whole };
}

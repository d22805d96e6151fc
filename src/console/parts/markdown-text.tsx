import { readMarkdown, type MarkdownBlock, type MarkdownPiece } from './read-markdown.js';
import type { JSX } from '../preact.js';

/** A text in Markdown, as far as it is common. HTML within it is shown as the text that it is. */
export function MarkdownText({ text }: { text: string }): JSX.Element {
    return (
        <div class="markdown">
            {readMarkdown(text).map((block, index) => (
                <Block key={index} block={block} />
            ))}
        </div>
    );
}

function Block({ block }: { block: MarkdownBlock }): JSX.Element {
    switch (block.type) {
        case 'heading': {
            // One level below that of the page.
            const Tag = `h${Math.min(6, block.level + 1)}` as 'h2';
            return (
                <Tag>
                    <Pieces pieces={block.pieces} />
                </Tag>
            );
        }
        case 'code':
            return <pre class="text-block">{block.text}</pre>;
        case 'list': {
            const Tag = block.isOrdered ? 'ol' : 'ul';
            return (
                <Tag>
                    {block.items.map((pieces, index) => (
                        <li key={index}>
                            <Pieces pieces={pieces} />
                        </li>
                    ))}
                </Tag>
            );
        }
        case 'paragraph':
            return (
                <p>
                    <Pieces pieces={block.pieces} />
                </p>
            );
    }
}

function Pieces({ pieces }: { pieces: readonly MarkdownPiece[] }): JSX.Element {
    return (
        <>
            {pieces.map((piece, index) => (
                <Piece key={index} piece={piece} />
            ))}
        </>
    );
}

function Piece({ piece: { look, text, href } }: { piece: MarkdownPiece }): JSX.Element {
    switch (look) {
        case 'code':
            return <code>{text}</code>;
        case 'bold':
            return <strong>{text}</strong>;
        case 'italic':
            return <em>{text}</em>;
        case 'link':
            return (
                <a href={href} target="_blank" rel="noreferrer noopener">
                    {text}
                </a>
            );
        case 'plain':
            return <>{text}</>;
    }
}
